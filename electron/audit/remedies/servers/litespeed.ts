import type { Product } from '../product'
import { CURL_TWICE, anyOf, responseMark, server, showsHttp2, showsResumption, showsTls13 } from '../told'

const source = 'OpenLiteSpeed, dist/conf/httpd_config.conf.in'
const where = 'conf/httpd_config.conf of OpenLiteSpeed (WebAdmin: Configuration, Server, Tuning)'
const check = 'openlitespeed -t'

const tlsWhere =
  'OpenLiteSpeed: the vhssl { } of the site’s vhconf.conf, or the listener { } of conf/httpd_config.conf (WebAdmin: SSL, SSL Protocol)'
const manual = 'https://docs.openlitespeed.org/config/'
const vhssl = (line: string): string => `vhssl {\n  ${line}\n}`

const tuning = (...lines: readonly string[]): string => ['tuning{', ...lines.map((line) => `  ${line}`), '}'].join('\n')

export const litespeed: Product = {
  id: 'litespeed',
  name: 'LiteSpeed',
  kind: 'server',
  server: {
    recognisedBy: 'Server: LiteSpeed; X-LiteSpeed-Cache',
    seen: anyOf(server(/^LiteSpeed\b/i), responseMark('x-litespeed-cache')),
    defaults: [
      { about: 'idle', text: 'keepAliveTimeout 5 s as shipped with OpenLiteSpeed', source },
      { about: 'requests', text: 'maxKeepAliveReq 10000 as shipped with OpenLiteSpeed', source },
    ],
    remedies: {
      'enable-keep-alive': ({ idleTimeout, atLeast }) => ({
        title: 'Turn keep-alive on',
        snippet: tuning(`maxKeepAliveReq ${atLeast('requestLimit', 10_000)}`, `keepAliveTimeout ${idleTimeout}`),
        language: 'config',
        where: `${where}. Values of 0 or 1 turn it off`,
        check,
        verify: CURL_TWICE,
        source,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: tuning(`keepAliveTimeout ${idleTimeout}`),
        language: 'config',
        where,
        check,
        verify: 'curl -v -H "Connection: keep-alive" URL: the response says the new "Keep-Alive: timeout=".',
        source,
      }),
      'raise-request-limit': ({ requestLimit }) => ({
        title: `Allow ${requestLimit} requests per connection`,
        snippet: tuning(`maxKeepAliveReq ${requestLimit}`),
        language: 'config',
        where,
        check,
        verify: 'curl -v -H "Connection: keep-alive" URL: the response says the new "max=".',
        source,
      }),
      'resume-tls': (values) => ({
        title: 'Let TLS sessions be resumed',
        snippet: vhssl('sslSessionCache 1\n  sslSessionTickets 1'),
        language: 'config',
        where: tlsWhere,
        check,
        verify: showsResumption(values),
        source: manual,
      }),
      'use-tls-1.3': (values) => ({
        title: 'Allow TLS 1.3',
        snippet: vhssl('sslProtocol 24'),
        language: 'config',
        where: `${tlsWhere}. The sum of 8 for TLS 1.2 and 16 for TLS 1.3`,
        check,
        verify: showsTls13(values),
        source: manual,
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet: vhssl('enableSpdy 15'),
        language: 'config',
        where: `${tlsWhere}. 15 is all protocols; 0 is HTTP/1.1 only`,
        check,
        verify: showsHttp2(values),
        source: manual,
      }),
    },
  },
}
