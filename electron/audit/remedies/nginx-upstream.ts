import type { CaseGroup } from '../findings/groups'
import type { Product } from './product'

/** nginx before 1.29.7 speaks HTTP/1.0 with "Connection: close" to its upstreams unless it is told otherwise. */
export const looksLikeNginxUpstream = (g: CaseGroup): boolean =>
  g.requestVersion === 'HTTP/1.0' && /^close$/i.test(g.requestConnection?.trim() ?? '')

const remedy = () =>
  ({
    title: 'Keep connections to the upstream',
    snippet: [
      '# in http { }:',
      'upstream backend {',
      '    server ORIGIN:PORT;',
      '    keepalive 32;              # idle connections kept per worker',
      '}',
      '',
      '# in the server { } that proxies:',
      'location / {',
      '    proxy_pass http://backend;',
      '    proxy_http_version 1.1;',
      '    proxy_set_header Connection "";',
      '}',
    ].join('\n'),
    language: 'nginx',
    where:
      'nginx.conf: the upstream in http { }, the location in your server { }. Needed before nginx 1.29.7; from 1.29.7 an explicit upstream { } keeps connections by default, a bare "proxy_pass http://host" still does not',
    check: 'nginx -t',
    verify:
      'Capture between nginx and the origin: requests are HTTP/1.1 without "Connection: close", several on each connection.',
    source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive',
  }) as const

/** nginx as the client of an origin. */
export const nginxUpstream: Product = {
  id: 'nginx-upstream',
  name: 'nginx (as a proxy)',
  matches: looksLikeNginxUpstream,
  remedies: {
    'stop-asking-to-close': remedy,
    'use-http-1.1': remedy,
  },
}
