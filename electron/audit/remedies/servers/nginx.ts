import type { Product, Traces, VersionSeen } from '../product'
import { server, showsHttp2, showsOneHello, showsResumption, showsTls13 } from '../told'
import { isBefore, versionIn } from '../version'

const where = 'nginx.conf, in http { }, or in the server { } or location { } concerned'
const check = 'nginx -t'
const manual = 'https://nginx.org/en/docs/http/ngx_http_core_module.html'
const ssl = 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html'
const h2 = 'https://nginx.org/en/docs/http/ngx_http_v2_module.html'

/** OpenResty's first three numbers are those of the nginx it is made of; Tengine counts by itself. */
const version = ({ product }: Traces): VersionSeen | null => {
  const at = versionIn(product, /^(?:nginx|openresty)\/(\d+\.\d+\.\d+)/i)
  return at === null ? null : { at, text: `nginx ${at}` }
}

/** nginx towards its clients. */
export const nginx: Product = {
  id: 'nginx',
  name: 'nginx',
  kind: 'server',
  server: {
    recognisedBy: 'Server: nginx or openresty',
    seen: server(/^(nginx|openresty|tengine)\b/i),
    version,
    defaults: [
      { about: 'idle', text: 'keepalive_timeout 75 s', source: `${manual}#keepalive_timeout` },
      { about: 'requests', text: 'keepalive_requests 100', before: '1.19.10', source: `${manual}#keepalive_requests` },
      { about: 'requests', text: 'keepalive_requests 1000', since: '1.19.10', source: `${manual}#keepalive_requests` },
      { about: 'backlog', text: 'backlog 511 on Linux', source: `${manual}#listen` },
      { about: 'age', text: 'no limit of age', before: '1.19.10', source: `${manual}#keepalive_time` },
      { about: 'age', text: 'keepalive_time 1 h', since: '1.19.10', source: `${manual}#keepalive_time` },
      {
        about: 'sessions',
        text: 'ssl_session_cache none, ssl_session_tickets on, ssl_session_timeout 5 min',
        source: `${ssl}#ssl_session_cache`,
      },
      { about: 'tls', text: 'ssl_protocols without TLSv1.3', before: '1.23.4', source: `${ssl}#ssl_protocols` },
      { about: 'tls', text: 'ssl_protocols with TLSv1.3', since: '1.23.4', source: `${ssl}#ssl_protocols` },
      { about: 'http2', text: 'HTTP/2 off', source: `${h2}#http2` },
    ],
    remedies: {
      'enable-keep-alive': ({ atLeast }) => ({
        title: 'Turn keep-alive on',
        snippet: `keepalive_timeout ${atLeast('idleTimeout', 75)}s;\nkeepalive_requests ${atLeast('requestLimit', 1000)};`,
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
        verify: 'A connection left alone stays open for the new time.',
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
      'lengthen-backlog': ({ port }) => ({
        title: 'Lengthen nginx’s queue of new connections',
        snippet: `listen ${port} backlog=4096;`,
        language: 'nginx',
        where:
          'nginx.conf, on the listen of the server { } concerned, once for each address and port; net.core.somaxconn must be as large',
        check,
        verify: 'ss -ltn shows the new Send-Q; nstat TcpExtListenOverflows stays as it is.',
        source: `${manual}#listen`,
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
      'resume-tls': (values, version) => ({
        title: 'Let TLS sessions be resumed',
        snippet: 'ssl_session_cache shared:SSL:10m;\nssl_session_timeout 1h;\nssl_session_tickets on;',
        language: 'nginx',
        where: `nginx.conf, in http { } or server { }. Each worker has a cache of its own without a shared one${
          version !== null && isBefore(version, '1.23.2')
            ? '. Restart nginx daily, since this version changes the tickets’ key only then'
            : '. From nginx 1.23.2 a shared cache also changes the tickets’ key by itself'
        }; several machines of one name need the same ssl_session_ticket_key`,
        check,
        verify: `${showsResumption(values)} $ssl_session_reused in the log is "r".`,
        source: `${ssl}#ssl_session_cache`,
      }),
      'use-tls-1.3': (values) => ({
        title: 'Allow TLS 1.3',
        snippet: 'ssl_protocols TLSv1.2 TLSv1.3;',
        language: 'nginx',
        where:
          'nginx.conf, in http { }, or in the default server { } of the address. From nginx 1.13.0, built with OpenSSL 1.1.1 or newer',
        check,
        verify: `${showsTls13(values)} $ssl_protocol in the log is "TLSv1.3".`,
        source: `${ssl}#ssl_protocols`,
      }),
      'share-key-groups': (values) => ({
        title: 'Take the key exchange that clients send first',
        snippet: 'ssl_ecdh_curve auto;',
        language: 'nginx',
        where: 'nginx.conf, in http { } or server { }, in place of a list that leaves out X25519',
        check,
        verify: `${showsOneHello(values)} $ssl_curve in the log names the group.`,
        source: `${ssl}#ssl_ecdh_curve`,
      }),
      'use-http-2': (values, version) => ({
        title: 'Offer HTTP/2',
        ...offering(version),
        language: 'nginx',
        check,
        verify: showsHttp2(values),
        source: `${h2}#http2`,
      }),
    },
  },
}

/** "listen … http2" is taken by all versions; newer ones warn that it is deprecated. */
function offering(version: string | null): { readonly snippet: string; readonly where: string } {
  const place = 'nginx.conf, in the server { } that has the certificate'
  if (version !== null && !isBefore(version, '1.25.1')) return { snippet: 'http2 on;', where: `${place}; from nginx 1.25.1` }
  return {
    snippet: 'listen 443 ssl http2;',
    where: `${place}, in place of its "listen 443 ssl"${version === null ? '. From nginx 1.25.1 "http2 on;" beside an unchanged "listen" does the same' : ''}`,
  }
}
