import type { Product } from '../product'
import { CURL_TWICE, server } from '../told'

const manual = 'https://tomcat.apache.org/tomcat-10.1-doc/config/http.html'
const where =
  'conf/server.xml, in the HTTP <Connector>; with Spring Boot server.tomcat.keep-alive-timeout and server.tomcat.max-keep-alive-requests'
const check = 'bin/configtest.sh'

const connector = (attributes: string): string =>
  `<Connector port="8080" protocol="HTTP/1.1"\n           connectionTimeout="20000"\n           ${attributes} />`

export const tomcat: Product = {
  id: 'tomcat',
  name: 'Apache Tomcat',
  kind: 'server',
  server: {
    recognisedBy: 'Server: Apache-Coyote or Apache Tomcat (newer versions send none)',
    seen: server(/^(Apache-Coyote|Apache Tomcat)\b/i),
    defaults: [
      { about: 'idle', text: 'keepAliveTimeout as connectionTimeout: 60 s, and 20 s in the shipped server.xml', source: manual },
      { about: 'requests', text: 'maxKeepAliveRequests 100', source: manual },
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
    },
  },
}
