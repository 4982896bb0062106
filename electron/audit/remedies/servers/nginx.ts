import type { Product } from '../product'
import { server } from '../told'

const where = 'nginx.conf, in http { }, or in the server { } or location { } concerned'
const check = 'nginx -t'
const manual = 'https://nginx.org/en/docs/http/ngx_http_core_module.html'

/** nginx towards its clients. */
export const nginx: Product = {
  id: 'nginx',
  name: 'nginx',
  kind: 'server',
  server: {
    recognisedBy: 'Server: nginx or openresty',
    seen: server(/^(nginx|openresty|tengine)\b/i),
    defaults: [
      { about: 'idle', text: 'keepalive_timeout 75 s', source: `${manual}#keepalive_timeout` },
      { about: 'requests', text: 'keepalive_requests 1000 (100 before 1.19.10)', source: `${manual}#keepalive_requests` },
      { about: 'age', text: 'keepalive_time 1 h (from 1.19.10)', source: `${manual}#keepalive_time` },
    ],
    remedies: {
      'enable-keep-alive': ({ idleTimeout, requestLimit }) => ({
        title: 'Turn keep-alive on',
        snippet: `keepalive_timeout ${Math.max(75, idleTimeout)}s;\nkeepalive_requests ${requestLimit};`,
        language: 'nginx',
        where: `${where}. Remove "keepalive_timeout 0;". A second value of keepalive_timeout changes only the Keep-Alive header, not when nginx closes`,
        check,
        verify:
          'curl -v URL URL: the second request says that it re-uses the connection ("Re-using existing connection" or "Reusing existing"), and no response says "Connection: close".',
        source: `${manual}#keepalive_timeout`,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `keepalive_timeout ${idleTimeout}s;`,
        language: 'nginx',
        where: `${where}. Whatever stands in front of nginx must give up idle connections sooner than this. A second value changes only the Keep-Alive header, not when nginx closes`,
        check,
        verify: 'A connection left alone stays open for the new time: (sleep 30) | openssl s_client, or nc, still finds it open.',
        source: `${manual}#keepalive_timeout`,
      }),
      'raise-request-limit': ({ requestLimit }) => ({
        title: `Allow ${requestLimit} requests per connection`,
        snippet: `keepalive_requests ${requestLimit};`,
        language: 'nginx',
        where,
        check,
        verify: 'nginx’s access log with $connection_requests shows numbers above the old limit.',
        source: `${manual}#keepalive_requests`,
      }),
      'raise-age-limit': () => ({
        title: 'Let connections grow older',
        snippet: 'keepalive_time 24h;',
        language: 'nginx',
        where: `${where}. From nginx 1.19.10`,
        check,
        verify: 'nginx’s access log with $connection_time shows times above the old limit.',
        source: `${manual}#keepalive_time`,
      }),
      'resume-tls': () => ({
        title: 'Let TLS sessions be resumed',
        snippet: 'ssl_session_cache shared:SSL:10m;\nssl_session_timeout 1h;\nssl_session_tickets on;',
        language: 'nginx',
        where: 'nginx.conf, in http { } or server { }. Without a shared cache each worker has its own',
        check,
        verify:
          'openssl s_client -connect HOST:443 -reconnect says "Reused" with TLS 1.2; $ssl_session_reused in the log is "r".',
        source: 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_session_cache',
      }),
      'use-tls-1.3': () => ({
        title: 'Allow TLS 1.3',
        snippet: 'ssl_protocols TLSv1.2 TLSv1.3;',
        language: 'nginx',
        where:
          'nginx.conf, in http { }, or in the default server { } of the address. From nginx 1.13.0, built with OpenSSL 1.1.1 or newer',
        check,
        verify: 'openssl s_client -connect HOST:443 -tls1_3 </dev/null connects; $ssl_protocol in the log is "TLSv1.3".',
        source: 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols',
      }),
      'share-key-groups': () => ({
        title: 'Take the key exchange that clients send first',
        snippet: 'ssl_ecdh_curve auto;',
        language: 'nginx',
        where: 'nginx.conf, in http { } or server { }, in place of a list that leaves out X25519',
        check,
        verify:
          'openssl s_client -connect HOST:443 -msg </dev/null shows one ClientHello, not two; $ssl_curve in the log names the group.',
        source: 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ecdh_curve',
      }),
    },
  },
}
