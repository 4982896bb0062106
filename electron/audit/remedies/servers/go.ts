import type { Product } from '../product'
import { CURL_TWICE, nothing, showsHttp2, showsOneHello, showsResumption, showsTls13, SILENT } from '../told'

const source = 'https://pkg.go.dev/net/http#Server'
const where = 'Where the http.Server is made. http.ListenAndServe has no time-outs: make a Server'
const tls = 'https://pkg.go.dev/crypto/tls#Config'
const config = (field: string): string => `server.TLSConfig = &tls.Config{${field}}`
const snippet = (seconds: number): string =>
  `server := &http.Server{\n\tAddr:        ":8080",\n\tHandler:     handler,\n\tIdleTimeout: ${seconds} * time.Second,\n}`

export const goServer: Product = {
  id: 'go-server',
  name: 'Go net/http (server)',
  kind: 'server',
  server: {
    recognisedBy: SILENT,
    seen: nothing,
    defaults: [
      { about: 'idle', text: 'IdleTimeout, where zero ReadTimeout, where zero none', source },
      { about: 'sessions', text: 'session tickets with keys of each process’s own, changed daily', source: tls },
      { about: 'tls', text: 'TLS 1.2 and 1.3', source: tls },
      { about: 'http2', text: 'offered over TLS', source },
    ],
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
      'resume-tls': (values) => ({
        title: 'Let TLS sessions be resumed, by every process',
        snippet: `${config('')}\nserver.TLSConfig.SetSessionTicketKeys(keys) // [][32]byte, the same in every process, the newest first`,
        language: 'go',
        where:
          'Where the http.Server is made, before ListenAndServeTLS. Remove SessionTicketsDisabled: true. One process needs no keys',
        check: 'go vet ./...',
        verify: showsResumption(values),
        source: 'https://pkg.go.dev/crypto/tls#Config.SetSessionTicketKeys',
      }),
      'use-tls-1.3': (values) => ({
        title: 'Allow TLS 1.3',
        snippet: config('MinVersion: tls.VersionTLS12'),
        language: 'go',
        where: 'Where the http.Server is made: without MaxVersion Go speaks TLS 1.3',
        check: 'go vet ./...',
        verify: showsTls13(values),
        source: tls,
      }),
      'share-key-groups': (values) => ({
        title: 'Take the key exchange that clients send first',
        snippet: config('CurvePreferences: nil'),
        language: 'go',
        where: 'Where the http.Server is made, in place of a list that leaves out X25519: nil means all that Go offers',
        check: 'go vet ./...',
        verify: showsOneHello(values),
        source: tls,
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet:
          'server := &http.Server{Addr: ":443", Handler: handler} // without TLSNextProto, and with "h2" in NextProtos where that is set\nerr := server.ListenAndServeTLS("cert.pem", "key.pem")',
        language: 'go',
        where: 'Where the http.Server is made; GODEBUG must not say http2server=0',
        check: 'go vet ./...',
        verify: showsHttp2(values),
        source: 'https://pkg.go.dev/net/http#hdr-HTTP_2',
      }),
    },
  },
}
