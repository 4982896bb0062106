import type { Advice, Product } from '../product'
import { wholeIn } from '../units'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'https://pkg.go.dev/net/http#Transport'
const check = 'go vet ./...'
const verify = 'httptrace.GotConnInfo.Reused is true from the second request on.'

const tls = 'https://pkg.go.dev/crypto/tls#Config'
const transport = (...lines: readonly string[]): string =>
  ['var client = &http.Client{Transport: &http.Transport{', ...lines.map((line) => `\t${line}`), '}}'].join('\n')

const duration = wholeIn((value, unit) => `${value} * time.${unit === 'seconds' ? 'Second' : 'Millisecond'}`)

const pool = ({ poolSize, clientIdle }: Values): Advice => ({
  title: 'One client, bodies read to the end, more idle connections per host',
  snippet: [
    'var client = &http.Client{Transport: &http.Transport{',
    `\tMaxIdleConnsPerHost: ${poolSize}, // 2 by default`,
    `\tMaxIdleConns:        ${Math.max(100, poolSize)},`,
    `\tIdleConnTimeout:     ${duration(clientIdle)},`,
    '}}',
    '',
    'func get(url string) error {',
    '\tresp, err := client.Get(url)',
    '\tif err != nil {',
    '\t\treturn err',
    '\t}',
    '\tdefer resp.Body.Close()',
    '\t_, err = io.Copy(io.Discard, resp.Body) // unread bodies cost the connection',
    '\treturn err',
    '}',
  ].join('\n'),
  language: 'go',
  where: 'One package-level client for the program',
  check,
  verify,
  source,
})

const idle = ({ clientIdle }: Values): Advice => ({
  title: `Keep idle connections for ${clientIdle} s`,
  snippet: `transport.IdleConnTimeout = ${duration(clientIdle)}`,
  language: 'go',
  where: 'Where the transport is made. Stay below the server’s own idle time-out',
  check,
  verify,
  source,
})

export const go: Product = {
  id: 'go',
  name: 'Go net/http',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: Go-http-client/',
    seen: userAgent(/^Go-http-client\//i),
    defaults: [
      { about: 'pool', text: 'MaxIdleConnsPerHost 2, MaxIdleConns 100', source },
      { about: 'idle', text: 'IdleConnTimeout 90 s', source },
      { about: 'sessions', text: 'none are kept (ClientSessionCache nil)', source: tls },
      { about: 'tls', text: 'TLS 1.2 and 1.3', source: tls },
      { about: 'http2', text: 'on, but off where TLSClientConfig or a dial function is set', source },
    ],
    keepsIdle: 90,
    remedies: {
      'keep-older': () => ({
        title: 'Find what ends connections at that age',
        snippet:
          'Look for what calls CloseIdleConnections, makes a new http.Transport, or sets Request.Close on a schedule: http.Transport has a limit of idle time, and none of age.',
        language: 'text',
        where:
          'The program that makes the requests, its libraries, and a local proxy beside it. Go’s transport does not do it by itself',
        check: 'Search the program for these calls',
        verify: 'Connections carry more requests each than before.',
        source,
      }),
      'pool-connections': pool,
      'enlarge-pool': pool,
      'stop-asking-to-close': () => ({
        title: 'Do not disable keep-alive',
        snippet: 'transport.DisableKeepAlives = false // and leave Request.Close false',
        language: 'go',
        where: 'Where the transport and the requests are made',
        check,
        verify,
        source,
      }),
      'keep-idle-longer': idle,
      'avoid-race': idle,
      'keep-tls-sessions': () => ({
        title: 'Keep TLS sessions in the transport',
        snippet: transport(
          'TLSClientConfig:   &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(64)},',
          'ForceAttemptHTTP2: true, // which a TLSClientConfig turns off otherwise',
        ),
        language: 'go',
        where: 'One package-level client for the program: without a cache Go resumes no session',
        check,
        verify: 'resp.TLS.DidResume is true on later connections.',
        source: tls,
      }),
      'speak-tls-1.3': () => ({
        title: 'Let Go speak TLS 1.3',
        snippet: transport('TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12},', 'ForceAttemptHTTP2: true,'),
        language: 'go',
        where: 'Where the transport is made, without MaxVersion. Go 1.13 or later',
        check,
        verify: 'resp.TLS.Version is tls.VersionTLS13.',
        source: tls,
      }),
      'share-a-taken-group': () => ({
        title: 'Send a share for a group that the server takes',
        snippet: transport(
          'TLSClientConfig:   &tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP256}}, // the group that the HelloRetryRequest names',
          'ForceAttemptHTTP2: true,',
        ),
        language: 'go',
        where:
          'Where the transport to this server is made, with the server’s group alone. Go sends a share for the first group of the list only, and from Go 1.24 ignores the order of the list. With this transport, servers that do not take the group are not reached',
        check,
        verify: 'A capture shows one ClientHello for each connection.',
        source: tls,
      }),
      'speak-http-2': () => ({
        title: 'Let Go speak HTTP/2',
        snippet: transport('ForceAttemptHTTP2: true,'),
        language: 'go',
        where:
          'Where the transport is made: one of your own with TLSClientConfig, Dial or DialContext speaks HTTP/1.1 only without it',
        check,
        verify: 'resp.Proto is "HTTP/2.0".',
        source,
      }),
    },
  },
}
