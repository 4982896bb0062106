import type { Advice, Product, Traces, VersionSeen } from '../product'
import type { Values } from '../values'
import { requestVia } from '../told'

const source = 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive'

/** nginx before 1.29.7 speaks HTTP/1.0 with "Connection: close" to its upstreams unless it is told otherwise. */
export const looksLikeNginxUpstream = (t: Pick<Traces, 'requestVersion' | 'requestConnection'>): boolean =>
  t.requestVersion === 'HTTP/1.0' && /^close$/i.test(t.requestConnection?.trim() ?? '')

const commits = 'nginx commits 4fbe4b627, c5d36eac3, 6bb27a631'

const upstream = ({ host, port, https, poolSize }: Values, extra: readonly string[] = []): string =>
  [
    '# in http { }:',
    'upstream backend {',
    `    server ${host}:${port};`,
    `    keepalive ${poolSize};              # idle connections kept per worker`,
    ...extra.map((line) => `    ${line}`),
    '}',
    '',
    '# in the server { } that proxies:',
    'location / {',
    `    proxy_pass ${https ? 'https' : 'http'}://backend;`,
    '    proxy_http_version 1.1;',
    '    proxy_set_header Connection "";',
    '}',
  ].join('\n')

const where =
  'nginx.conf: the upstream in http { }, the location in your server { }. Needed before nginx 1.29.7; from 1.29.7 an explicit upstream { } keeps 32 connections and speaks HTTP/1.1 by default, a bare "proxy_pass http://host" still does not'

const keep = (values: Values): Advice => ({
  title: 'Keep connections to the upstream',
  snippet: upstream(values),
  language: 'nginx',
  where,
  check: 'nginx -t',
  verify: 'Capture between nginx and the origin: requests are HTTP/1.1 without "Connection: close", several on each connection.',
  source,
})

const idle = (values: Values): Advice => ({
  title: `Keep idle connections to the upstream for ${values.clientIdle} s`,
  snippet: upstream(values, [`keepalive_timeout ${values.clientIdle}s;       # less than the origin’s own`]),
  language: 'nginx',
  where,
  check: 'nginx -t',
  verify: 'Capture between nginx and the origin: idle connections are closed by nginx, after this time.',
  source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout',
})

const proxy = 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html'

const overTls =
  (title: string, line: string, directive: string) =>
  ({ host, port, https }: Values): Advice => ({
    title,
    snippet: `location / {\n    proxy_pass https://${host}:${https ? port : 443};\n    ${line}\n}`,
    language: 'nginx',
    where: 'nginx.conf, in the location that proxies',
    check: 'nginx -t',
    verify: 'Capture between nginx and the origin: the handshakes show it.',
    source: `${proxy}#${directive}`,
  })

/** From 1.29.7 on it speaks HTTP/1.1. */
const version = (t: Traces): VersionSeen | null =>
  looksLikeNginxUpstream(t) ? { at: '1.29.6', text: 'nginx before 1.29.7, or set to HTTP/1.0 as it was' } : null

/** nginx as the client of an origin. */
export const nginxUpstream: Product = {
  id: 'nginx-upstream',
  name: 'nginx (as a proxy)',
  kind: 'proxy',
  client: {
    recognisedBy: 'Requests in HTTP/1.0 with "Connection: close", as nginx before 1.29.7 sends them; Via naming nginx',
    version,
    seen: (t) => (looksLikeNginxUpstream(t) ? 'HTTP/1.0 with "Connection: close"' : requestVia(/\bnginx\b/i)(t)),
    defaults: [
      { about: 'pool', text: 'no connections are kept, HTTP/1.0', before: '1.29.7', source: commits },
      {
        about: 'pool',
        text: 'an explicit upstream { } keeps 32 connections per worker over HTTP/1.1, a bare proxy_pass http://host none',
        since: '1.29.7',
        source: commits,
      },
      { about: 'idle', text: 'keepalive_timeout 60 s (where connections are kept)', source: `${source}_timeout` },
      { about: 'age', text: 'keepalive_time 1 h', since: '1.19.10', source: `${source}_time` },
      { about: 'requests', text: 'keepalive_requests 100', before: '1.19.10', source: `${source}_requests` },
      { about: 'requests', text: 'keepalive_requests 1000', since: '1.19.10', source: `${source}_requests` },
      { about: 'sessions', text: 'proxy_ssl_session_reuse on', source: `${proxy}#proxy_ssl_session_reuse` },
      { about: 'tls', text: 'proxy_ssl_protocols without TLSv1.3', before: '1.23.4', source: `${proxy}#proxy_ssl_protocols` },
      { about: 'tls', text: 'proxy_ssl_protocols with TLSv1.3', since: '1.23.4', source: `${proxy}#proxy_ssl_protocols` },
    ],
    keepsIdle: 60,
    remedies: {
      'stop-asking-to-close': keep,
      'use-http-1.1': keep,
      'pool-connections': keep,
      'enlarge-pool': keep,
      'keep-idle-longer': idle,
      'avoid-race': idle,
      'keep-older': (values) => ({
        ...keep(values),
        title: 'Let connections to the upstream grow older',
        snippet: upstream(values, ['keepalive_time 24h;']),
        where: `${where}. From nginx 1.19.10`,
        source: `${source}_time`,
      }),
      'keep-tls-sessions': overTls(
        'Resume TLS sessions with the upstream',
        'proxy_ssl_session_reuse on;    # the default\n    proxy_ssl_server_name on;',
        'proxy_ssl_session_reuse',
      ),
      'speak-tls-1.3': overTls('Allow TLS 1.3 to the upstream', 'proxy_ssl_protocols TLSv1.2 TLSv1.3;', 'proxy_ssl_protocols'),
    },
  },
}
