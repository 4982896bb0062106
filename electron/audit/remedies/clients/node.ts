import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'https://nodejs.org/api/http.html#class-httpagent'
const check = 'node --check FILE'
const verify = 'request.reusedSocket is true from the second request on.'

const agent = ({ atLeast, https }: Values): Advice => {
  const scheme = https ? 'https' : 'http'
  return {
    title: 'Share one keep-alive agent',
    snippet: `import ${scheme} from 'node:${scheme}'\n\nexport const agent = new ${scheme}.Agent({ keepAlive: true, maxFreeSockets: ${atLeast('poolSize', 256)} }) // the default agent does so from Node.js 19\n${scheme}.get(url, { agent })`,
    language: 'javascript',
    where:
      'One module that all requests import. Never an agent per request, nor agent: false, which superagent uses unless it is given .agent(agent); read or resume() every response',
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
    recognisedBy: 'User-Agent: node-fetch, got or older superagents (the http module itself sends none)',
    seen: userAgent(/^(node-fetch|got \(|node-superagent\/)/i),
    defaults: [
      { about: 'pool', text: 'keepAlive on from Node.js 19, off before; maxFreeSockets 256', source },
      {
        about: 'idle',
        text: '5 s from Node.js 19, and shorter where the server’s Keep-Alive field says so',
        source: 'measured with Node.js 20, 22, 24 and 26',
      },
      {
        about: 'sessions',
        text: 'maxCachedSessions 100 in each https.Agent',
        source: 'https://nodejs.org/api/https.html#new-agentoptions',
      },
      { about: 'http2', text: 'HTTP/1.1 only', source: 'https://nodejs.org/api/http2.html' },
    ],
    remedies: {
      'pool-connections': agent,
      'enlarge-pool': agent,
      'stop-asking-to-close': (values) => ({ ...agent(values), title: 'Use a keep-alive agent' }),
      'keep-idle-longer': idle,
      'avoid-race': idle,
      'keep-tls-sessions': () => ({
        title: 'Share one agent, and with it its TLS sessions',
        snippet:
          "import https from 'node:https'\n\nexport const agent = new https.Agent({ keepAlive: true, maxCachedSessions: 100 })\nhttps.get(url, { agent })",
        language: 'javascript',
        where: 'One module that all requests import: sessions are kept in the agent. 0 turns them off',
        check,
        verify: 'request.socket.isSessionReused() is true on later connections.',
        source: 'https://nodejs.org/api/https.html#new-agentoptions',
      }),
      'speak-tls-1.3': () => ({
        title: 'Let Node.js speak TLS 1.3',
        snippet:
          "import https from 'node:https'\n\nexport const agent = new https.Agent({ keepAlive: true, maxVersion: 'TLSv1.3' })",
        language: 'javascript',
        where:
          'Where the agent is made, in place of maxVersion or secureProtocol of TLS 1.2, and without --tls-max-v1.2. Node.js 12 or later',
        check,
        verify: 'request.socket.getProtocol() is "TLSv1.3".',
        source: 'https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions',
      }),
      'share-a-taken-group': () => ({
        title: 'Send a share for a group that the server takes',
        snippet:
          "import https from 'node:https'\n\nexport const agent = new https.Agent({ keepAlive: true, ecdhCurve: 'X25519:P-256' })",
        language: 'javascript',
        where: 'Where the agent is made; the server’s group first',
        check,
        verify: 'A capture shows one ClientHello for each connection.',
        source: 'https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions',
      }),
      'speak-http-2': ({ host, port, https }) => ({
        title: 'Use the http2 module',
        snippet: `import http2 from 'node:http2'\n\nexport const session = http2.connect('https://${host}${https && port !== 443 ? `:${port}` : ''}') // one for the origin\nconst stream = session.request({ ':path': '/' })`,
        language: 'javascript',
        where: 'One module that all requests to the origin import; or fetch with undici and allowH2, or got with http2: true',
        check,
        verify: 'session.alpnProtocol is "h2".',
        source: 'https://nodejs.org/api/http2.html#http2connectauthority-options-listener',
      }),
    },
  },
}
