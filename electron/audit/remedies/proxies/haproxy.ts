import type { Product, Traces } from '../product'
import type { Values } from '../values'
import { withUnit } from '../units'
import { nothing, showsHttp2, showsOneHello, showsTls13, SILENT } from '../told'

const manual = 'https://docs.haproxy.org/2.8/configuration.html'
const check = 'haproxy -c -f haproxy.cfg'

/** Programs that send no "Connection: close" unless told to: where they seem to, it is likely a proxy's doing. */
export const neverAsksToClose = (t: Pick<Traces, 'cause' | 'userAgent'>): boolean =>
  t.cause === 'client-requested-close' && /^(curl\/|Mozilla\/5\.0|okhttp\/|Go-http-client\/)/.test(t.userAgent ?? '')

const throughProxy = (t: Traces): string | null => {
  if (t.requestVersion !== 'HTTP/1.1' || t.requestVia !== null || t.requestMarks !== null) return null
  if (t.proxied) return 'X-Forwarded-For in the requests, and no other proxy’s mark'
  return neverAsksToClose(t) ? 'a close that the program named would not ask for' : null
}

/** HAProxy adds no header of its own: as a client it is guessed where a proxy that leaves no mark sends the requests. */
export const haproxy: Product = {
  id: 'haproxy',
  name: 'HAProxy',
  kind: 'proxy',
  server: {
    recognisedBy: SILENT,
    seen: nothing,
    defaults: [
      {
        about: 'idle',
        text: 'timeout http-keep-alive, where unset timeout http-request, where unset timeout client',
        source: `${manual}#4-timeout%20http-keep-alive`,
      },
      {
        about: 'sessions',
        text: 'tune.ssl.cachesize 20000, tune.ssl.lifetime 300 s, tickets on',
        source: `${manual}#3.2-tune.ssl.cachesize`,
      },
      { about: 'http2', text: 'no ALPN on bind lines', before: '2.8', source: `${manual}#5.1-alpn` },
      { about: 'http2', text: 'alpn h2,http/1.1 on bind lines with ssl', since: '2.8', source: `${manual}#5.1-alpn` },
    ],
    remedies: {
      'enable-keep-alive': ({ idleTimeout }) => ({
        title: 'Keep client connections open',
        snippet: `defaults\n    mode http\n    option http-keep-alive\n    timeout http-keep-alive ${idleTimeout}s`,
        language: 'haproxy',
        where: 'haproxy.cfg, in defaults or the frontend. Remove "option httpclose"',
        check,
        verify: 'curl -v URL URL: the second request re-uses the connection.',
        source: `${manual}#4-option%20http-keep-alive`,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle client connections for ${idleTimeout} s`,
        snippet: `defaults\n    mode http\n    timeout http-keep-alive ${idleTimeout}s`,
        language: 'haproxy',
        where: 'haproxy.cfg, in defaults or the frontend',
        check,
        verify: 'haproxy’s log shows several requests from the same client port.',
        source: `${manual}#4-timeout%20http-keep-alive`,
      }),
      'resume-tls': () => ({
        title: 'Let TLS sessions be resumed',
        snippet: 'global\n    tune.ssl.cachesize 100000\n    tune.ssl.lifetime 3600',
        language: 'haproxy',
        where: 'haproxy.cfg, in global. Remove "no-tls-tickets" from bind and ssl-default-bind-options',
        check,
        verify: 'echo "show info" | socat stdio /run/haproxy/admin.sock: SslFrontendSessionReuse_pct rises.',
        source: `${manual}#3.2-tune.ssl.lifetime`,
      }),
      'use-tls-1.3': (values) => ({
        title: 'Allow TLS 1.3',
        snippet: 'global\n    ssl-default-bind-options ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.3',
        language: 'haproxy',
        where: 'haproxy.cfg, in global. Remove "no-tlsv13" and "force-tlsv12" from bind lines; OpenSSL 1.1.1 or newer',
        check,
        verify: showsTls13(values),
        source: `${manual}#3.1-ssl-default-bind-options`,
      }),
      'share-key-groups': (values) => ({
        title: 'Take the key exchange that clients send first',
        snippet: 'global\n    ssl-default-bind-curves X25519:P-256:P-384',
        language: 'haproxy',
        where: 'haproxy.cfg, in global, in place of a list (there or in "curves" of a bind line) that leaves out X25519',
        check,
        verify: showsOneHello(values),
        source: `${manual}#3.1-ssl-default-bind-curves`,
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet:
          'frontend https\n    mode http\n    bind :443 ssl crt /etc/haproxy/certs/ alpn h2,http/1.1\n    default_backend servers',
        language: 'haproxy',
        where:
          'haproxy.cfg: "alpn h2,http/1.1" at the end of the frontend’s own bind line. HAProxy 2.8 and newer offer both by default',
        check,
        verify: showsHttp2(values),
        source: `${manual}#5.1-alpn`,
      }),
    },
  },
  client: {
    recognisedBy:
      'Guessed: X-Forwarded-For in HTTP/1.1 requests without any other proxy’s mark, or a close the named program would not ask for',
    seen: throughProxy,
    defaults: [
      { about: 'pool', text: 'http-reuse safe, pool-max-conn -1 (no limit)', source: `${manual}#4-http-reuse` },
      {
        about: 'idle',
        text: 'pool-purge-delay 5 s: half of the idle connections are closed in each',
        source: `${manual}#5.2-pool-purge-delay`,
      },
    ],
    remedies: {
      'stop-asking-to-close': () => ({
        title: 'Keep connections to the servers',
        snippet: 'defaults\n    mode http\n    option http-keep-alive\n    http-reuse safe',
        language: 'haproxy',
        where: 'haproxy.cfg, in defaults or the backend. Remove "option http-server-close" and "option httpclose"',
        check,
        verify: 'Capture between HAProxy and the server: requests no longer say "Connection: close".',
        source: `${manual}#4-http-reuse`,
      }),
      'pool-connections': ({ host, port, https, clientIdle }) => ({
        title: 'Share connections to the servers',
        snippet: backend(host, port, https, clientIdle),
        language: 'haproxy',
        where: 'haproxy.cfg, in the backend',
        check,
        verify: 'Capture between HAProxy and the server: several requests on each connection.',
        source: `${manual}#4-http-reuse`,
      }),
      'keep-idle-longer': ({ host, port, https, clientIdle }) => ({
        title: 'Close idle connections to the servers later',
        snippet: backend(host, port, https, clientIdle),
        language: 'haproxy',
        where:
          'haproxy.cfg, in the backend. In each delay half of the idle connections are closed: stay below the server’s own time-out',
        check,
        verify: 'echo "show servers conn" | socat stdio /run/haproxy/admin.sock: idle_conn_cur stays above 0 between requests.',
        source: `${manual}#5.2-pool-purge-delay`,
      }),
      'avoid-race': ({ host, port, https, clientIdle }) => ({
        title: 'Close idle connections to the servers sooner, and ask again where one was closed',
        snippet: `${backend(host, port, https, clientIdle)}\n    retries 3\n    retry-on conn-failure empty-response\n    http-request disable-l7-retry if METH_POST`,
        language: 'haproxy',
        where:
          'haproxy.cfg, in the backend. In each delay half of the idle connections are closed, so some live for several: requests that met a close are sent again, those that change something are not',
        check,
        verify: 'haproxy’s log shows no 502 with the termination state SH.',
        source: `${manual}#4-retry-on`,
      }),
      'keep-tls-sessions': (values) => ({
        title: 'Resume TLS sessions with the servers',
        snippet: server(values, 'sni str(HOST)'),
        language: 'haproxy',
        where:
          'haproxy.cfg, in the backend, without "no-ssl-reuse" and "no-tls-tickets": sessions are kept by default. Sessions belong to a name: give the server’s as sni',
        check,
        verify: 'Capture between HAProxy and the server: handshakes are resumed.',
        source: `${manual}#5.2-no-ssl-reuse`,
      }),
      'speak-tls-1.3': () => ({
        title: 'Allow TLS 1.3 to the servers',
        snippet: 'global\n    ssl-default-server-options ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.3',
        language: 'haproxy',
        where: 'haproxy.cfg, in global. Remove "no-tlsv13" and "force-tlsv12" from server lines; OpenSSL 1.1.1 or newer',
        check,
        verify: 'Capture between HAProxy and the server: handshakes are TLS 1.3.',
        source: `${manual}#3.1-ssl-default-server-options`,
      }),
      'speak-http-2': (values) => ({
        title: 'Speak HTTP/2 to the servers',
        snippet: server(values, 'alpn h2,http/1.1'),
        language: 'haproxy',
        where: 'haproxy.cfg, in the backend',
        check,
        verify: 'Capture between HAProxy and the server: requests of several clients share a connection.',
        source: `${manual}#5.2-alpn`,
      }),
    },
  },
}

/** A server that is reached over TLS. */
const server = ({ host, port, https }: Values, options: string): string =>
  `backend servers\n    mode http\n    server origin ${host}:${https ? port : 443} ssl verify required ca-file @system-ca ${options.replace('HOST', host)}`

const backend = (host: string, port: number, https: boolean, delay: number): string =>
  `backend servers\n    mode http\n    http-reuse safe\n    server origin ${host}:${port}${https ? ' ssl verify required ca-file @system-ca' : ''} pool-purge-delay ${withUnit(delay)}`
