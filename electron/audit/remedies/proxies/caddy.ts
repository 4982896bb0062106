import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { withUnit } from '../units'
import { anyOf, requestVia, responseVia, server, showsHttp2, showsOneHello, showsResumption, showsTls13 } from '../told'

const options = 'https://caddyserver.com/docs/caddyfile/options'
const globals = `${options}#timeouts`
const json = 'https://caddyserver.com/docs/json/apps/tls/'
const proxy = 'https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#the-http-transport'
const check = 'caddy validate --adapter caddyfile --config Caddyfile'
const tls = 'https://caddyserver.com/docs/caddyfile/directives/tls'

const transport = ({ host, port, https, poolSize }: Values, seconds: number): string =>
  [
    `reverse_proxy ${https ? 'https' : 'http'}://${host}:${port} {`,
    '\ttransport http {',
    `\t\tkeepalive ${withUnit(seconds)}`,
    `\t\tkeepalive_idle_conns_per_host ${poolSize}`,
    '\t}',
    '}',
  ].join('\n')

const pool = (values: Values): Advice => ({
  title: `Keep up to ${values.poolSize} idle connections per server`,
  snippet: transport(values, Math.min(120, values.clientIdle)),
  language: 'caddy',
  where: 'Caddyfile, in the site, in place of its reverse_proxy. Remove "keepalive off"',
  check,
  verify: 'Capture between Caddy and the server: several requests on each connection.',
  source: proxy,
})

const idle = (values: Values): Advice => ({
  title: `Keep idle connections to the server for ${values.clientIdle} s`,
  snippet: transport(values, values.clientIdle),
  language: 'caddy',
  where: 'Caddyfile, in the site, in place of its reverse_proxy. Less than the server’s own time-out',
  check,
  verify: 'Capture between Caddy and the server: idle connections are closed by Caddy, after this time.',
  source: proxy,
})

export const caddy: Product = {
  id: 'caddy',
  name: 'Caddy',
  kind: 'proxy',
  server: {
    recognisedBy: 'Server: Caddy; Via: 1.1 Caddy in responses',
    seen: anyOf(server(/^Caddy\b/i), responseVia(/\bCaddy\b/i)),
    defaults: [
      { about: 'idle', text: 'timeouts idle 5 min', source: `${options}#timeouts` },
      { about: 'sessions', text: 'session tickets, their keys changed by Caddy', source: `${json}session_tickets/` },
      { about: 'tls', text: 'TLS 1.2 and 1.3', source: tls },
      { about: 'http2', text: 'protocols h1 h2 h3', source: `${options}#protocols` },
    ],
    remedies: {
      'resume-tls': (values) => ({
        title: 'Let TLS sessions be resumed, on every instance',
        snippet: '{"apps": {"tls": {"session_tickets": {"disabled": false, "key_source": {"provider": "distributed"}}}}}',
        language: 'json',
        where:
          'Caddy’s JSON configuration (the Caddyfile has no word for it), where several instances of Caddy share one storage: they then share the tickets’ keys. One instance does so by itself',
        check: 'caddy validate --config caddy.json',
        verify: showsResumption(values),
        source: `${json}session_tickets/`,
      }),
      'use-tls-1.3': (values) => ({
        title: 'Allow TLS 1.3',
        snippet: 'tls {\n\tprotocols tls1.2 tls1.3\n}',
        language: 'caddy',
        where: 'Caddyfile, in the site, in place of its own "protocols". Without it Caddy allows both',
        check,
        verify: showsTls13(values),
        source: tls,
      }),
      'share-key-groups': (values) => ({
        title: 'Take the key exchange that clients send first',
        snippet: 'tls {\n\tcurves x25519 secp256r1\n}',
        language: 'caddy',
        where: 'Caddyfile, in the site, in place of its own "curves"; without it Caddy takes what Go offers, X25519 among it',
        check,
        verify: showsOneHello(values),
        source: tls,
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet: '{\n\tservers {\n\t\tprotocols h1 h2 h3\n\t}\n}',
        language: 'caddy',
        where: 'Caddyfile, its first block (global options), in place of a list without h2. The site must be served over HTTPS',
        check,
        verify: showsHttp2(values),
        source: `${options}#protocols`,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle client connections for ${idleTimeout} s`,
        snippet: `{\n\tservers {\n\t\ttimeouts {\n\t\t\tidle ${idleTimeout}s\n\t\t}\n\t}\n}`,
        language: 'caddy',
        where: 'Caddyfile, its first block (global options)',
        check,
        verify: 'A connection left alone stays open for the new time.',
        source: globals,
      }),
    },
  },
  client: {
    recognisedBy: 'Via: 1.1 Caddy in requests (newer versions)',
    seen: requestVia(/\bCaddy\b/i),
    defaults: [
      { about: 'idle', text: 'keepalive 2 min', source: proxy },
      {
        about: 'pool',
        text: 'keepalive_idle_conns_per_host 32',
        source: proxy,
      },
    ],
    keepsIdle: 120,
    remedies: {
      'pool-connections': pool,
      'enlarge-pool': pool,
      // "keepalive off" is what makes it ask for closes.
      'stop-asking-to-close': pool,
      'keep-idle-longer': idle,
      'avoid-race': idle,
      'speak-http-2': ({ host, port, https }) => ({
        title: 'Speak HTTP/2 to the server',
        snippet: `reverse_proxy https://${host}:${https ? port : 443} {\n\ttransport http {\n\t\tversions 1.1 2\n\t}\n}`,
        language: 'caddy',
        where:
          'Caddyfile, in the site, in place of its reverse_proxy. HTTP/2 is spoken over TLS; to a server in the clear "versions h2c 2"',
        check,
        verify: 'Capture between Caddy and the server: requests share a connection.',
        source: proxy,
      }),
    },
  },
}
