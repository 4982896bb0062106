import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'https://pkg.go.dev/net/http#Transport'
const check = 'go vet ./...'
const verify = 'httptrace.GotConnInfo.Reused is true from the second request on.'

const pool = ({ poolSize, clientIdle }: Values): Advice => ({
  title: 'One client, bodies read to the end, more idle connections per host',
  snippet: [
    'var client = &http.Client{Transport: &http.Transport{',
    `\tMaxIdleConnsPerHost: ${poolSize}, // 2 by default`,
    `\tMaxIdleConns:        ${Math.max(100, poolSize)},`,
    `\tIdleConnTimeout:     ${clientIdle} * time.Second,`,
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
  snippet: `transport.IdleConnTimeout = ${clientIdle} * time.Second`,
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
    ],
    remedies: {
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
    },
  },
}
