import type { Product } from './product'

const source = 'https://nodejs.org/api/http.html#class-httpagent'

/** Node.js programs: the http module's Agent, and undici, which fetch() uses. */
export const nodeClient: Product = {
  id: 'node-client',
  name: 'Node.js (http.Agent, undici)',
  matches: (g) => /^(node|undici|axios\/|node-fetch)/i.test(g.userAgent ?? ''),
  remedies: {
    'pool-connections': () => ({
      title: 'Share one keep-alive agent',
      snippet:
        "import http from 'node:http'\n\nexport const agent = new http.Agent({ keepAlive: true }) // the default agent does so from Node.js 19\nhttp.get(url, { agent })",
      language: 'javascript',
      where: 'One module that all requests import; https.Agent for https. Never an agent per request',
      check: 'node --check FILE',
      verify: 'request.reusedSocket is true from the second request on.',
      source,
    }),
    'stop-asking-to-close': () => ({
      title: 'Use a keep-alive agent',
      snippet:
        "const agent = new http.Agent({ keepAlive: true })\nhttp.get(url, { agent }) // no 'Connection: close' header, no agent: false",
      language: 'javascript',
      where: 'Where requests are made',
      check: 'node --check FILE',
      verify: 'request.reusedSocket is true from the second request on.',
      source,
    }),
    'keep-idle-longer': ({ idleTimeout }) => ({
      title: `Keep idle sockets for ${idleTimeout} s`,
      snippet: `// http.Agent\nnew http.Agent({ keepAlive: true, timeout: ${idleTimeout * 1000} })\n// undici\nnew Agent({ keepAliveTimeout: ${idleTimeout * 1000} })`,
      language: 'javascript',
      where: 'Where the agent is made. Stay below the server’s own idle time-out',
      check: 'node --check FILE',
      verify: 'Capture again: the share of client-idle-timeout among the causes must fall.',
      source: 'https://undici.nodejs.org/#/docs/api/Client',
    }),
  },
}
