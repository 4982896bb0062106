import type { Product } from '../product'
import { server, showsHttp2, showsResumption } from '../told'

const source = 'https://jetty.org/docs/jetty/12/operations-guide/modules/standard.html#http'

export const jetty: Product = {
  id: 'jetty',
  name: 'Eclipse Jetty',
  kind: 'server',
  server: {
    recognisedBy: 'Server: Jetty(…)',
    seen: server(/^Jetty\b/i),
    defaults: [{ about: 'idle', text: 'idleTimeout 30 s', source: 'Jetty, AbstractConnector.java' }],
    remedies: {
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `jetty.http.idleTimeout=${idleTimeout * 1000}`,
        language: 'ini',
        where: `start.d/http.ini, in milliseconds; embedded: connector.setIdleTimeout(${idleTimeout * 1000}) on the ServerConnector`,
        check: 'java -jar $JETTY_HOME/start.jar --list-config',
        verify: 'A connection left alone stays open for the new time.',
        source,
      }),
      'resume-tls': (values) => ({
        title: 'Let TLS sessions be resumed',
        snippet: 'jetty.sslContext.sslSessionCacheSize=20480\njetty.sslContext.sslSessionTimeout=3600',
        language: 'ini',
        where:
          'start.d/ssl.ini (the time-out in seconds); embedded: sslContextFactory.setSslSessionTimeout(3600). -1, the default, leaves it to the JVM',
        check: 'java -jar $JETTY_HOME/start.jar --list-config',
        verify: showsResumption(values),
        source: 'https://jetty.org/docs/jetty/12/operations-guide/modules/standard.html#ssl',
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet: 'java -jar $JETTY_HOME/start.jar --add-modules=http2',
        language: 'shell',
        where: '$JETTY_BASE; embedded: an ALPN and an HTTP2ServerConnectionFactory in the connector',
        check: 'java -jar $JETTY_HOME/start.jar --list-modules=enabled',
        verify: showsHttp2(values),
        source: 'https://jetty.org/docs/jetty/12/operations-guide/modules/standard.html#http2',
      }),
    },
  },
}
