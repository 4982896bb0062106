import type { Product } from './product'

/** Node's own server sends no Server field, but a Keep-Alive field with its time-out. */
export const nodeServer: Product = {
  id: 'node-server',
  name: 'Node.js server',
  matches: (g) => g.product === null && g.advertisedTimeout !== null,
  remedies: {
    'raise-idle-timeout': ({ idleTimeout }) => ({
      title: `Keep idle connections for ${idleTimeout} s`,
      snippet: `const server = http.createServer(app)\nserver.keepAliveTimeout = ${idleTimeout * 1000} // milliseconds; 5 s up to Node.js 25, 65 s from 26`,
      language: 'javascript',
      where: 'Where the server is created, before listen()',
      check: 'node --check FILE',
      verify: `curl -v URL: the response says "Keep-Alive: timeout=${idleTimeout}".`,
      source: 'https://nodejs.org/api/http.html#serverkeepalivetimeout',
    }),
    'raise-request-limit': () => ({
      title: 'Lift the limit of requests per socket',
      snippet: 'server.maxRequestsPerSocket = 0 // no limit, the default',
      language: 'javascript',
      where: 'Where the server is created',
      check: 'node --check FILE',
      verify: 'Capture again: connections must carry more requests than before.',
      source: 'https://nodejs.org/api/http.html#servermaxrequestspersocket',
    }),
  },
}
