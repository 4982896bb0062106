import type { Product, Traces } from '../product'
import { anyOf, CURL_TWICE, server, showsHttp2, showsResumption, showsTls13 } from '../told'

const manual = 'https://tomcat.apache.org/tomcat-10.1-doc/config/http.html'
const where =
  'conf/server.xml, in the HTTP <Connector>; with Spring Boot server.tomcat.keep-alive-timeout and server.tomcat.max-keep-alive-requests'
const check = 'bin/configtest.sh, while Tomcat is stopped: it opens the connectors’ ports'

const secure = (inside: string): string =>
  `<Connector port="8443" protocol="HTTP/1.1" SSLEnabled="true">\n  ${inside}\n</Connector>`
const tlsWhere = 'conf/server.xml, in the <Connector> for HTTPS, beside its own certificate'

const connector = (attributes: string): string =>
  `<Connector port="8080" protocol="HTTP/1.1"\n           connectionTimeout="20000"\n           ${attributes} />`

/** Of the servers that set this cookie, Tomcat alone announces its time-out: Jetty and Undertow do not. */
const session = ({ product, advertisedTimeout, advertisedMax, responseMarks }: Traces): string | null =>
  product === null && advertisedTimeout !== null && advertisedMax === null && responseMarks?.includes('jsessionid') === true
    ? `JSESSIONID and Keep-Alive: timeout=${advertisedTimeout}, and no Server`
    : null

export const tomcat: Product = {
  id: 'tomcat',
  name: 'Apache Tomcat',
  kind: 'server',
  server: {
    recognisedBy:
      'Server: Apache-Coyote or Apache Tomcat (newer versions send none); a JSESSIONID beside "Keep-Alive: timeout=" without max and without Server',
    seen: anyOf(server(/^(Apache-Coyote|Apache Tomcat)\b/i), session),
    defaults: [
      { about: 'idle', text: 'keepAliveTimeout as connectionTimeout: 60 s, and 20 s in the shipped server.xml', source: manual },
      { about: 'requests', text: 'maxKeepAliveRequests 100', source: manual },
      { about: 'sessions', text: 'kept as the JVM does', source: 'measured with Tomcat 10.1.60 on Java 17' },
      { about: 'tls', text: 'TLS 1.2 and 1.3', source: 'measured with Tomcat 10.1.60 on Java 17' },
      { about: 'http2', text: 'HTTP/2 off', source: 'https://tomcat.apache.org/tomcat-10.1-doc/config/http2.html' },
    ],
    remedies: {
      'enable-keep-alive': ({ idleTimeout, requestLimit }) => ({
        title: 'Turn keep-alive on',
        snippet: connector(`keepAliveTimeout="${idleTimeout * 1000}"\n           maxKeepAliveRequests="${requestLimit}"`),
        language: 'xml',
        where: `${where}. maxKeepAliveRequests="1" turns keep-alive off`,
        check,
        verify: CURL_TWICE,
        source: manual,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: connector(`keepAliveTimeout="${idleTimeout * 1000}"`),
        language: 'xml',
        where,
        check,
        verify: 'A connection left alone stays open for the new time.',
        source: manual,
      }),
      'raise-request-limit': ({ requestLimit }) => ({
        title: `Allow ${requestLimit} requests per connection`,
        snippet: connector(`maxKeepAliveRequests="${requestLimit}"`),
        language: 'xml',
        where: `${where}. -1 means no limit`,
        check,
        verify: 'No response before the new limit says "Connection: close".',
        source: manual,
      }),
      'resume-tls': (values) => ({
        title: 'Let TLS sessions be resumed',
        snippet: secure('<SSLHostConfig sessionTimeout="86400" sessionCacheSize="20480" />'),
        language: 'xml',
        where: `${tlsWhere}, as attributes of the SSLHostConfig that has it. The JVM’s own values resume: look for ones that are too small, and for several machines of one name. With the OpenSSL implementation also disableSessionTickets="false"`,
        check,
        verify: showsResumption(values),
        source: `${manual}#SSL_Support_-_SSLHostConfig`,
      }),
      'use-tls-1.3': (values) => ({
        title: 'Allow TLS 1.3',
        snippet: secure('<SSLHostConfig protocols="TLSv1.2+TLSv1.3" />'),
        language: 'xml',
        where: `${tlsWhere}, as an attribute of the SSLHostConfig that has it; Java 11 or later (8u261)`,
        check,
        verify: showsTls13(values),
        source: `${manual}#SSL_Support_-_SSLHostConfig`,
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet: secure('<UpgradeProtocol className="org.apache.coyote.http2.Http2Protocol" />'),
        language: 'xml',
        where: `${tlsWhere}; with Spring Boot server.http2.enabled=true`,
        check,
        verify: showsHttp2(values),
        source: 'https://tomcat.apache.org/tomcat-10.1-doc/config/http2.html',
      }),
    },
  },
}
