import type { Product } from '../product'
import { anyOf, responseMark, server, showsHttp2 } from '../told'

const source = 'https://undertow.io/undertow-docs/undertow-docs-2.1.0/listeners.html'

export const undertow: Product = {
  id: 'undertow',
  name: 'Undertow (WildFly, JBoss EAP)',
  kind: 'server',
  server: {
    recognisedBy: 'Server: WildFly or JBoss-EAP; X-Powered-By: Undertow',
    seen: anyOf(server(/^(WildFly|JBoss-EAP|Undertow)\b/i), responseMark('x-powered-by:undertow')),
    defaults: [
      {
        about: 'idle',
        text: 'no-request-timeout 60 s',
        source: 'https://docs.wildfly.org/34/wildscribe/subsystem/undertow/server/http-listener/index.html',
      },
    ],
    remedies: {
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `/subsystem=undertow/server=default-server/http-listener=default:write-attribute(name=no-request-timeout,value=${idleTimeout * 1000})\n:reload`,
        language: 'shell',
        where: `bin/jboss-cli.sh --connect, in milliseconds, for the listener concerned (https-listener=https for TLS); embedded: setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, ${idleTimeout * 1000}) on the builder`,
        check: '/subsystem=undertow/server=default-server/http-listener=default:read-attribute(name=no-request-timeout)',
        verify: 'A connection left alone stays open for the new time.',
        source,
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet:
          '/subsystem=undertow/server=default-server/https-listener=https:write-attribute(name=enable-http2,value=true)\n:reload',
        language: 'shell',
        where:
          'bin/jboss-cli.sh --connect, where it was turned off: it is on by default in WildFly; embedded: setServerOption(UndertowOptions.ENABLE_HTTP2, true) on the builder',
        check: '/subsystem=undertow/server=default-server/https-listener=https:read-attribute(name=enable-http2)',
        verify: showsHttp2(values),
        source,
      }),
    },
  },
}
