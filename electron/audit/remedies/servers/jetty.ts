import type { Product } from '../product'
import { server } from '../told'

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
    },
  },
}
