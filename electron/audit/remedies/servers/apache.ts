import type { Product, Traces, VersionSeen } from '../product'
import { isBefore, versionIn } from '../version'
import {
  anyOf,
  CURL_TWICE,
  requestMark,
  requestVia,
  server,
  showsHttp2,
  showsOneHello,
  showsResumption,
  showsTls13,
} from '../told'

/** With "ServerTokens Minor" the field says "Apache/2.4": that is no version by which directives can be told. */
const version = ({ product }: Traces): VersionSeen | null => {
  const at = versionIn(product, /^Apache\/(\d+\.\d+\.\d+)/i)
  return at === null ? null : { at, text: `httpd ${at}` }
}

/** Said where the version in the traffic does not know the directive. */
const since = (at: string | null, needed: string): string =>
  at !== null && isBefore(at, needed) ? ` Needs httpd ${needed} or newer: the responses say ${at}` : ` From httpd ${needed}`

const where = 'httpd.conf or a <VirtualHost>. Not .htaccess, where these directives answer 500'
const check = 'apachectl -t'
const manual = 'https://httpd.apache.org/docs/2.4/mod/core.html'
const ssl = 'https://httpd.apache.org/docs/2.4/mod/mod_ssl.html'
const proxy = 'https://httpd.apache.org/docs/2.4/mod/mod_proxy.html'

export const apache: Product = {
  id: 'apache',
  name: 'Apache httpd',
  kind: 'server',
  server: {
    recognisedBy: 'Server: Apache (not Apache-Coyote, which is Tomcat)',
    seen: server(/^Apache\b(?!-Coyote)/i),
    version,
    defaults: [
      { about: 'idle', text: 'KeepAlive On, KeepAliveTimeout 5 s', source: `${manual}#keepalivetimeout` },
      { about: 'requests', text: 'MaxKeepAliveRequests 100', source: `${manual}#maxkeepaliverequests` },
      {
        about: 'backlog',
        text: 'ListenBacklog 511',
        source: 'https://httpd.apache.org/docs/2.4/mod/mpm_common.html#listenbacklog',
      },
      { about: 'sessions', text: 'SSLSessionCache none, SSLSessionTickets on', source: `${ssl}#sslsessioncache` },
      { about: 'http2', text: 'no HTTP/2', before: '2.4.17', source: `${manual}#protocols` },
      { about: 'http2', text: 'Protocols http/1.1', since: '2.4.17', source: `${manual}#protocols` },
    ],
    remedies: {
      'enable-keep-alive': ({ idleTimeout, requestLimit }) => ({
        title: 'Turn keep-alive on',
        snippet: `KeepAlive On\nKeepAliveTimeout ${idleTimeout}\nMaxKeepAliveRequests ${requestLimit}`,
        language: 'apache',
        where: `${where}. Also remove "Header set Connection close" and "SetEnv nokeepalive 1". "Header set Connection keep-alive" enables nothing: the response then says "keep-alive, close", and closes`,
        check,
        verify: CURL_TWICE,
        source: `${manual}#keepalive`,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `KeepAliveTimeout ${idleTimeout}`,
        language: 'apache',
        where: `${where}. With the prefork or worker MPM each idle connection holds a worker: use the event MPM for long time-outs`,
        check,
        verify: 'curl -v -H "Connection: keep-alive" URL: the response says the new "Keep-Alive: timeout=".',
        source: `${manual}#keepalivetimeout`,
      }),
      'raise-request-limit': ({ requestLimit }) => ({
        title: `Allow ${requestLimit} requests per connection`,
        snippet: `MaxKeepAliveRequests ${requestLimit}`,
        language: 'apache',
        where: `${where}. 0 means no limit`,
        check,
        verify: 'curl -v -H "Connection: keep-alive" URL: the response says the new "max=".',
        source: `${manual}#maxkeepaliverequests`,
      }),
      'lengthen-backlog': () => ({
        title: 'Lengthen Apache’s queue of new connections',
        snippet: 'ListenBacklog 4096',
        language: 'apache',
        where:
          'httpd.conf, outside any <VirtualHost>; net.core.somaxconn must be as large. A queue that fills again asks for more workers',
        check,
        verify: 'ss -ltn shows the new Send-Q; nstat TcpExtListenOverflows stays as it is.',
        source: 'https://httpd.apache.org/docs/2.4/mod/mpm_common.html#listenbacklog',
      }),
      'find-errors': () => ({
        title: 'Read Apache’s error log',
        snippet: 'tail -n 200 /var/log/apache2/error.log | grep -E "not allowed here|Invalid command|AH[0-9]{5}"',
        language: 'shell',
        where:
          'The server’s machine (ErrorLog names the file; /var/log/httpd/error_log elsewhere). Where all answers are 500, a .htaccess with a directive that is not allowed there is one possibility: "KeepAlive not allowed here" in the log says so. KeepAlive, KeepAliveTimeout and MaxKeepAliveRequests belong into httpd.conf or a <VirtualHost>',
        check: 'apachectl -t looks at httpd.conf and what it includes, not at .htaccess',
        verify: 'Fewer responses are errors, and fewer connections end with one.',
        source: 'https://httpd.apache.org/docs/2.4/howto/htaccess.html#troubleshoot',
      }),
      'resume-tls': (values) => ({
        title: 'Let TLS sessions be resumed',
        snippet: 'SSLSessionCache "shmcb:/var/run/apache2/ssl_scache(512000)"\nSSLSessionCacheTimeout 3600\nSSLSessionTickets on',
        language: 'apache',
        where:
          'httpd.conf, outside any <VirtualHost>, with mod_ssl and mod_socache_shmcb loaded. Several machines of one name need the same SSLSessionTicketKeyFile',
        check,
        verify: showsResumption(values),
        source: `${ssl}#sslsessioncache`,
      }),
      'use-tls-1.3': (values, at) => ({
        title: 'Allow TLS 1.3',
        snippet: 'SSLProtocol -all +TLSv1.2 +TLSv1.3',
        language: 'apache',
        where: `httpd.conf, or the <VirtualHost> concerned; built with OpenSSL 1.1.1 or newer.${since(at, '2.4.37')}`,
        check,
        verify: showsTls13(values),
        source: `${ssl}#sslprotocol`,
      }),
      'share-key-groups': (values) => ({
        title: 'Take the key exchange that clients send first',
        snippet: 'SSLOpenSSLConfCmd Groups X25519:P-256:P-384',
        language: 'apache',
        where: 'httpd.conf, or the <VirtualHost> concerned, in place of a list that leaves out X25519',
        check,
        verify: showsOneHello(values),
        source: `${ssl}#sslopensslconfcmd`,
      }),
      'use-http-2': (values, at) => ({
        title: 'Offer HTTP/2',
        snippet: 'Protocols h2 http/1.1',
        language: 'apache',
        where: `httpd.conf, or the <VirtualHost> concerned, with mod_http2 loaded and a threaded MPM (event or worker).${since(at, '2.4.17')}`,
        check,
        verify: showsHttp2(values),
        source: 'https://httpd.apache.org/docs/2.4/howto/http2.html',
      }),
    },
  },
  client: {
    recognisedBy:
      'Via in requests, ending in (Apache/…), which mod_proxy adds with "ProxyVia Full"; X-Forwarded-Server without the X-Real-Ip that Traefik sends beside it',
    seen: anyOf(requestVia(/\(Apache\//i), (t) =>
      requestMark('x-real-ip')(t) === null ? requestMark('x-forwarded-server')(t) : null,
    ),
    defaults: [],
    remedies: {
      'stop-asking-to-close': ({ host, port, https }) => proxyPass(https ? 'https' : 'http', host, port, null),
      'pool-connections': ({ host, port, https }) => proxyPass(https ? 'https' : 'http', host, port, null),
      'keep-idle-longer': ({ host, port, https, clientIdle }) => proxyPass(https ? 'https' : 'http', host, port, clientIdle),
      'avoid-race': ({ host, port, https, clientIdle }) => proxyPass(https ? 'https' : 'http', host, port, clientIdle),
    },
  },
}

const proxyPass = (scheme: string, host: string, port: number, ttl: number | null) =>
  ({
    title: ttl === null ? 'Keep connections to the back end' : `Keep idle connections to the back end for ${ttl} s`,
    snippet: `ProxyPass "/" "${scheme}://${host}:${port}/" enablereuse=On${ttl === null ? '' : ` ttl=${ttl}`}`,
    language: 'apache',
    where:
      'The <VirtualHost> that proxies, in place of its ProxyPass. Remove "SetEnv proxy-nokeepalive 1", "SetEnv force-proxy-request-1.0 1" and disablereuse=On',
    check,
    verify: 'Capture between Apache and the back end: several requests on each connection.',
    source: `${proxy}#proxypass`,
  }) as const
