import type { Advice, Product, Traces } from '../product'
import type { Values } from '../values'
import { requestVia } from '../told'

const source = 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive'

/** nginx before 1.29.7 speaks HTTP/1.0 with "Connection: close" to its upstreams unless it is told otherwise. */
export const looksLikeNginxUpstream = (t: Pick<Traces, 'requestVersion' | 'requestConnection'>): boolean =>
  t.requestVersion === 'HTTP/1.0' && /^close$/i.test(t.requestConnection?.trim() ?? '')

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

/** nginx as the client of an origin. */
export const nginxUpstream: Product = {
  id: 'nginx-upstream',
  name: 'nginx (as a proxy)',
  kind: 'proxy',
  client: {
    recognisedBy: 'Requests in HTTP/1.0 with "Connection: close", as nginx before 1.29.7 sends them; Via naming nginx',
    seen: (t) => (looksLikeNginxUpstream(t) ? 'HTTP/1.0 with "Connection: close"' : requestVia(/\bnginx\b/i)(t)),
    defaults: [
      {
        about: 'pool',
        text: 'none before 1.29.7, nor for a bare proxy_pass http://host; from 1.29.7 an explicit upstream { } keeps 32 connections per worker over HTTP/1.1',
        source: 'nginx commits 4fbe4b627, c5d36eac3, 6bb27a631',
      },
      { about: 'idle', text: 'keepalive_timeout 60 s (where connections are kept)', source: `${source}_timeout` },
      { about: 'requests', text: 'keepalive_requests 1000 (100 before 1.19.10)', source: `${source}_requests` },
    ],
    keepsIdle: 60,
    remedies: {
      'stop-asking-to-close': keep,
      'use-http-1.1': keep,
      'pool-connections': keep,
      'enlarge-pool': keep,
      'keep-idle-longer': idle,
      'avoid-race': idle,
    },
  },
}
