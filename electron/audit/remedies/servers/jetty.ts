import type { Product, Traces, VersionSeen } from '../product'
import { server, showsHttp2, showsResumption } from '../told'
import { isBefore, versionIn } from '../version'

const guide = 'https://jetty.org/docs/jetty/12/operations-guide/modules/standard.html'
const check = 'java -jar $JETTY_HOME/start.jar --list-config'

const version = ({ product }: Traces): VersionSeen | null => {
  const at = versionIn(product, /^Jetty\((\d+\.\d+\.\d+)/i)
  return at === null ? null : { at, text: `Jetty ${at}` }
}

export const jetty: Product = {
  id: 'jetty',
  name: 'Eclipse Jetty',
  kind: 'server',
  server: {
    recognisedBy: 'Server: Jetty(…)',
    seen: server(/^Jetty\b/i),
    version,
    defaults: [
      {
        about: 'idle',
        text: 'idleTimeout 30 s',
        source: 'https://jetty.org/docs/jetty/12/operations-guide/modules/standard.html#http',
      },
      { about: 'requests', text: 'no limit', source: 'measured with Jetty 9.4.57, 11.0.26 and 12.0.34' },
      { about: 'sessions', text: 'kept as the JVM does', source: 'measured with Jetty 9.4.57 on Java 17' },
      { about: 'http2', text: 'HTTP/2 off: a module of its own', source: `${guide}#http2` },
    ],
    remedies: {
      'raise-idle-timeout': ({ idleTimeout, https }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `jetty.${https ? 'ssl' : 'http'}.idleTimeout=${idleTimeout * 1000}`,
        language: 'ini',
        where: `start.d/${https ? 'ssl' : 'http'}.ini, in milliseconds; embedded: connector.setIdleTimeout(${idleTimeout * 1000}) on the ServerConnector, in Spring Boot through a JettyServerCustomizer`,
        check,
        verify: 'A connection left alone stays open for the new time.',
        source: `${guide}#${https ? 'ssl' : 'http'}`,
      }),
      'resume-tls': (values) => ({
        title: 'Let TLS sessions be resumed',
        snippet: 'jetty.sslContext.sslSessionCacheSize=20480\njetty.sslContext.sslSessionTimeout=3600',
        language: 'ini',
        where:
          'start.d/ssl.ini (the time-out in seconds); embedded: sslContextFactory.setSslSessionTimeout(3600). -1, the default, leaves it to the JVM, which resumes: look for values that are too small, and for several machines of one name',
        check,
        verify: showsResumption(values),
        source: `${guide}#ssl`,
      }),
      'use-http-2': (values, at) => ({
        title: 'Offer HTTP/2',
        snippet: `java -jar $JETTY_HOME/start.jar ${at !== null && isBefore(at, '10') ? '--add-to-start=http2' : '--add-modules=http2'}`,
        language: 'shell',
        where: `$JETTY_BASE, beside the module https${at === null ? '; with Jetty 9 --add-to-start=http2' : ''}. Embedded: an ALPN and an HTTP2ServerConnectionFactory in the connector`,
        check: 'java -jar $JETTY_HOME/start.jar --list-modules=enabled',
        verify: showsHttp2(values),
        source: `${guide}#http2`,
      }),
    },
  },
}
