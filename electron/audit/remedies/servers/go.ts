import type { Product } from '../product'
import { CURL_TWICE, nothing, SILENT } from '../told'

const source = 'https://pkg.go.dev/net/http#Server'
const where = 'Where the http.Server is made. http.ListenAndServe has no time-outs: make a Server'
const snippet = (seconds: number): string =>
  `server := &http.Server{\n\tAddr:        ":8080",\n\tHandler:     handler,\n\tIdleTimeout: ${seconds} * time.Second,\n}`

export const goServer: Product = {
  id: 'go-server',
  name: 'Go net/http (server)',
  kind: 'server',
  server: {
    recognisedBy: SILENT,
    seen: nothing,
    defaults: [{ about: 'idle', text: 'IdleTimeout, where zero ReadTimeout, where zero none', source }],
    remedies: {
      'enable-keep-alive': ({ idleTimeout }) => ({
        title: 'Turn keep-alive on',
        snippet: `${snippet(idleTimeout)}\nserver.SetKeepAlivesEnabled(true) // the default`,
        language: 'go',
        where: `${where}. Remove SetKeepAlivesEnabled(false) and w.Header().Set("Connection", "close")`,
        check: 'go vet ./...',
        verify: CURL_TWICE,
        source,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: snippet(idleTimeout),
        language: 'go',
        where: `${where}. Without IdleTimeout, ReadTimeout counts as one`,
        check: 'go vet ./...',
        verify: 'A connection left alone stays open for the new time.',
        source,
      }),
    },
  },
}
