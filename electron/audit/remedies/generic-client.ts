import type { Product } from './product'

const rfc = 'RFC 9112, section 9.3'
const verify = 'Capture again: several requests on each connection.'

/** For clients that do not say what they are. */
export const genericClient: Product = {
  id: 'client',
  name: 'The client',
  matches: () => true,
  remedies: {
    'pool-connections': () => ({
      title: 'Use one connection pool',
      snippet:
        'Make one HTTP client (session, agent, transport) for the program, use it for every request, and read every response to its end.',
      language: 'text',
      where: 'The program that makes the requests',
      check: 'The client library’s log of new connections',
      verify,
      source: rfc,
    }),
    'stop-asking-to-close': () => ({
      title: 'Send no "Connection: close"',
      snippet: 'Remove "Connection: close" from the requests, and let the library keep connections alive.',
      language: 'text',
      where: 'The program or proxy that makes the requests',
      check: 'A capture or a debugging proxy shows the request’s header',
      verify,
      source: 'RFC 9112, section 9.6',
    }),
    'use-http-1.1': () => ({
      title: 'Speak HTTP/1.1',
      snippet: 'Send requests as HTTP/1.1, where connections persist by default.',
      language: 'text',
      where: 'The program or proxy that makes the requests',
      check: 'A capture or a debugging proxy shows the request’s version',
      verify,
      source: rfc,
    }),
    'keep-idle-longer': ({ idleTimeout }) => ({
      title: `Keep idle connections for ${idleTimeout} s`,
      snippet: `idle time-out of the connection pool: ${idleTimeout} seconds, but less than the server’s`,
      language: 'text',
      where: 'The client’s pool',
      check: 'The client library’s documentation of its pool',
      verify,
      source: rfc,
    }),
    'avoid-race': () => ({
      title: 'Let the client give up first',
      snippet:
        'client’s idle time-out < CDN’s < load balancer’s < origin’s, each with a margin of a second or more; retry idempotent requests that got no response.',
      language: 'text',
      where: 'The client’s pool, and the keep-alive time-outs of every hop',
      check: 'Compare the time-outs pair by pair along the way',
      verify: 'Capture again: no keep-alive race is seen.',
      source: 'RFC 9112, sections 9.3.1 and 9.5',
    }),
  },
}
