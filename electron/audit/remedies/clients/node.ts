import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'https://nodejs.org/api/http.html#class-httpagent'
const check = 'node --check FILE'
const verify = 'request.reusedSocket is true from the second request on.'

const agent = ({ poolSize, https }: Values): Advice => {
  const scheme = https ? 'https' : 'http'
  return {
    title: 'Share one keep-alive agent',
    snippet: `import ${scheme} from 'node:${scheme}'\n\nexport const agent = new ${scheme}.Agent({ keepAlive: true, maxFreeSockets: ${Math.max(256, poolSize)} }) // the default agent does so from Node.js 19\n${scheme}.get(url, { agent })`,
    language: 'javascript',
    where: 'One module that all requests import. Never an agent per request, nor agent: false; read or resume() every response',
    check,
    verify,
    source,
  }
}

const idle = ({ clientIdle, https }: Values): Advice => ({
  title: `Keep idle sockets for ${clientIdle} s`,
  snippet: `new ${https ? 'https' : 'http'}.Agent({ keepAlive: true, timeout: ${clientIdle * 1000} }) // milliseconds`,
  language: 'javascript',
  where: 'Where the agent is made. Stay below the server’s own idle time-out',
  check,
  verify,
  source,
})

/** The http module's Agent, and what is built on it. */
export const nodeClient: Product = {
  id: 'node',
  name: 'Node.js (http.Agent)',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: node-fetch, got or superagent (the http module itself sends none)',
    seen: userAgent(/^(node-fetch|got \(|node-superagent\/)/i),
    defaults: [
      { about: 'pool', text: 'keepAlive on from Node.js 19, off before; maxFreeSockets 256', source },
      {
        about: 'idle',
        text: '5 s from Node.js 19, and shorter where the server’s Keep-Alive field says so',
        source: 'measured with Node.js 20',
      },
    ],
    remedies: {
      'pool-connections': agent,
      'enlarge-pool': agent,
      'stop-asking-to-close': (values) => ({ ...agent(values), title: 'Use a keep-alive agent' }),
      'keep-idle-longer': idle,
      'avoid-race': idle,
    },
  },
}
