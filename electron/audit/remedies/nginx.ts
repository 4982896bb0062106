import type { Product } from './product'

const where = 'nginx.conf, in http { }, or in the server { } or location { } concerned'
const check = 'nginx -t'
const source = 'https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_timeout'

/** nginx towards its clients. Defaults: keepalive_timeout 75s, keepalive_requests 1000, keepalive_time 1h. */
export const nginx: Product = {
  id: 'nginx',
  name: 'nginx',
  matches: (g) => /^(nginx|openresty)\b/i.test(g.product ?? ''),
  remedies: {
    'enable-keep-alive': ({ idleTimeout, requestLimit }) => ({
      title: 'Turn keep-alive on',
      snippet: `keepalive_timeout ${Math.max(75, idleTimeout)}s;\nkeepalive_requests ${requestLimit};`,
      language: 'nginx',
      where: `${where}. Remove "keepalive_timeout 0;"`,
      check,
      verify:
        'curl -v URL URL: the second request says that it re-uses the connection ("Re-using existing connection" or "Reusing existing"), and no response says "Connection: close".',
      source,
    }),
    'raise-idle-timeout': ({ idleTimeout }) => ({
      title: `Keep idle connections for ${idleTimeout} s`,
      snippet: `keepalive_timeout ${idleTimeout}s;`,
      language: 'nginx',
      where: `${where}. Whatever stands in front of nginx must give up idle connections sooner than this`,
      check,
      verify: 'Capture again: the share of server-idle-timeout among the causes must fall.',
      source,
    }),
    'raise-request-limit': ({ requestLimit }) => ({
      title: `Allow ${requestLimit} requests per connection`,
      snippet: `keepalive_requests ${requestLimit};`,
      language: 'nginx',
      where,
      check,
      verify: 'Capture again: connections must carry more requests than before.',
      source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_requests',
    }),
  },
}
