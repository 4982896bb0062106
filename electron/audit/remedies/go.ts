import type { Product } from './product'

const source = 'https://pkg.go.dev/net/http#Transport'

/** Go's http.Transport keeps 2 idle connections per host and 100 in all, for 90 s. */
export const go: Product = {
  id: 'go',
  name: 'Go net/http',
  matches: (g) => /^Go-http-client\//i.test(g.userAgent ?? ''),
  remedies: {
    'pool-connections': () => ({
      title: 'One client, bodies read to the end, more idle connections per host',
      snippet:
        'var client = &http.Client{Transport: &http.Transport{\n\tMaxIdleConnsPerHost: 32,               // 2 by default\n\tMaxIdleConns:        100,\n\tIdleConnTimeout:     90 * time.Second,\n}}\n\nresp, err := client.Get(url)\nif err != nil {\n\treturn err\n}\ndefer resp.Body.Close()\nio.Copy(io.Discard, resp.Body) // unread bodies cost the connection',
      language: 'go',
      where: 'One package-level client for the program',
      check: 'go vet ./...',
      verify: 'httptrace.GotConnInfo.Reused is true from the second request on.',
      source,
    }),
    'stop-asking-to-close': () => ({
      title: 'Do not disable keep-alive',
      snippet: 'transport.DisableKeepAlives = false // and leave Request.Close false',
      language: 'go',
      where: 'Where the transport and the requests are made',
      check: 'go vet ./...',
      verify: 'httptrace.GotConnInfo.Reused is true from the second request on.',
      source,
    }),
    'keep-idle-longer': ({ idleTimeout }) => ({
      title: `Keep idle connections for ${idleTimeout} s`,
      snippet: `transport.IdleConnTimeout = ${idleTimeout} * time.Second`,
      language: 'go',
      where: 'Where the transport is made. Stay below the server’s own idle time-out',
      check: 'go vet ./...',
      verify: 'Capture again: the share of client-idle-timeout among the causes must fall.',
      source,
    }),
  },
}
