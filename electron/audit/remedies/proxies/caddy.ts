import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { anyOf, requestVia, responseVia, server } from '../told'

const globals = 'https://caddyserver.com/docs/caddyfile/options#timeouts'
const proxy = 'https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#the-http-transport'
const check = 'caddy validate --adapter caddyfile --config Caddyfile'

const transport = ({ host, port, https, poolSize }: Values, seconds: number): string =>
  [
    `reverse_proxy ${https ? 'https' : 'http'}://${host}:${port} {`,
    '\ttransport http {',
    `\t\tkeepalive ${seconds}s`,
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
    defaults: [{ about: 'idle', text: 'timeouts idle 5 min', source: 'Caddy, modules/caddyhttp/app.go' }],
    remedies: {
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
      { about: 'idle', text: 'keepalive 2 min', source: 'Caddy, modules/caddyhttp/reverseproxy/httptransport.go' },
      {
        about: 'pool',
        text: 'keepalive_idle_conns_per_host 32',
        source: 'Caddy, modules/caddyhttp/reverseproxy/httptransport.go',
      },
    ],
    keepsIdle: 120,
    remedies: { 'pool-connections': pool, 'enlarge-pool': pool, 'keep-idle-longer': idle, 'avoid-race': idle },
  },
}
