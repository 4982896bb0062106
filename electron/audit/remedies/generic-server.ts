import type { Product } from './product'

const rfc = 'RFC 9112, section 9.3'
const verify =
  'curl -v URL URL: the second request says that it re-uses the connection ("Re-using existing connection" or "Reusing existing").'

/** For servers that do not say what they are. */
export const genericServer: Product = {
  id: 'server',
  name: 'The server',
  matches: () => true,
  remedies: {
    'enable-keep-alive': () => ({
      title: 'Turn keep-alive on',
      snippet: 'Let HTTP/1.1 connections persist: send no "Connection: close" with ordinary responses.',
      language: 'text',
      where:
        'The server’s configuration, or that of a proxy in front of it: look for keep-alive, persistent connections, idle time-out 0',
      check: 'The server’s own configuration check',
      verify,
      source: rfc,
    }),
    'delimit-responses': () => ({
      title: 'Tell where responses end',
      snippet: 'Send a Content-Length, or HTTP/1.1 with "Transfer-Encoding: chunked", with every response that has a body.',
      language: 'text',
      where: 'The application or gateway that writes the response’s header',
      check: 'curl -v URL',
      verify: 'curl -v shows Content-Length or Transfer-Encoding, and does not say "no chunk, no close, no size".',
      source: 'RFC 9112, section 6.3',
    }),
    'raise-idle-timeout': ({ idleTimeout }) => ({
      title: `Keep idle connections for ${idleTimeout} s`,
      snippet: `keep-alive (idle) time-out: ${idleTimeout} seconds`,
      language: 'text',
      where:
        'The server’s configuration, and every proxy or load balancer on the way: each must keep connections longer than whoever stands in front of it',
      check: 'The server’s own configuration check',
      verify: 'Capture again: the share of server-idle-timeout among the causes must fall.',
      source: rfc,
    }),
    'raise-request-limit': ({ requestLimit }) => ({
      title: `Allow ${requestLimit} requests per connection`,
      snippet: `requests per connection: ${requestLimit}`,
      language: 'text',
      where: 'The server’s configuration',
      check: 'The server’s own configuration check',
      verify: 'Capture again: connections must carry more requests than before.',
      source: rfc,
    }),
    'find-who-closes': () => ({
      title: 'Find out who closes',
      snippet:
        'Compare the closes’ times with the server’s error log, its restarts and deployments; capture on both sides of each middlebox.',
      language: 'text',
      where: 'The server and whatever stands between it and the client',
      check: 'tcpdump on the server shows whether the FIN or RST came from it',
      verify: 'Capture again: fewer connections end without an announced reason.',
      source: 'RFC 9112, section 9.5',
    }),
  },
}
