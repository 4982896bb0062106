import type { Product, Traces } from '../product'
import { anyOf, responseMark } from '../told'

const http = 'https://nodejs.org/api/http.html'
const where = 'Where the server is created, before listen()'
const check = 'node --check FILE'

/** Node sends no Server field; "Keep-Alive: timeout=5" without max is its own. */
const hint = (t: Traces): string | null =>
  t.product === null && t.advertisedTimeout !== null && t.advertisedMax === null
    ? `Keep-Alive: timeout=${t.advertisedTimeout}, and no Server`
    : null

export const node: Product = {
  id: 'node',
  name: 'Node.js (http.Server)',
  kind: 'server',
  server: {
    recognisedBy: 'No Server field, "Keep-Alive: timeout=" without max; X-Powered-By: Express or Next.js',
    seen: anyOf(hint, (t) => (t.product === null ? responseMark('x-powered-by:express', 'x-powered-by:next.js')(t) : null)),
    defaults: [
      { about: 'idle', text: 'keepAliveTimeout 5 s up to Node.js 25, 65 s from 26', source: 'nodejs/node#62782' },
      { about: 'requests', text: 'maxRequestsPerSocket 0 (no limit)', source: `${http}#servermaxrequestspersocket` },
    ],
    remedies: {
      'enable-keep-alive': ({ idleTimeout }) => ({
        title: 'Let connections persist',
        snippet: `const server = http.createServer(app)\nserver.keepAliveTimeout = ${idleTimeout * 1000} // milliseconds\nserver.maxRequestsPerSocket = 0 // no limit, the default`,
        language: 'javascript',
        where: `${where}. Remove response.setHeader('Connection', 'close') and shouldKeepAlive = false`,
        check,
        verify: `curl -v -H "Connection: keep-alive" URL: the response says "Keep-Alive: timeout=${idleTimeout}".`,
        source: `${http}#serverkeepalivetimeout`,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `const server = http.createServer(app)\nserver.keepAliveTimeout = ${idleTimeout * 1000} // milliseconds; 5 s up to Node.js 25, 65 s from 26`,
        language: 'javascript',
        where,
        check,
        verify: `curl -v -H "Connection: keep-alive" URL: the response says "Keep-Alive: timeout=${idleTimeout}".`,
        source: `${http}#serverkeepalivetimeout`,
      }),
      'raise-request-limit': () => ({
        title: 'Lift the limit of requests per socket',
        snippet: 'server.maxRequestsPerSocket = 0 // no limit, the default',
        language: 'javascript',
        where,
        check,
        verify: 'The responses’ Keep-Alive field names no max any more.',
        source: `${http}#servermaxrequestspersocket`,
      }),
    },
  },
}
