import type { Product } from '../product'
import { CURL_TWICE, anyOf, responseMark, server } from '../told'

const source = 'OpenLiteSpeed, dist/conf/httpd_config.conf.in'
const where = 'conf/httpd_config.conf of OpenLiteSpeed (WebAdmin: Configuration, Server, Tuning)'
const check = 'openlitespeed -t'

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
      'enable-keep-alive': ({ idleTimeout, requestLimit }) => ({
        title: 'Turn keep-alive on',
        snippet: tuning(`maxKeepAliveReq ${Math.max(10_000, requestLimit)}`, `keepAliveTimeout ${idleTimeout}`),
        language: 'text',
        where: `${where}. Values of 0 or 1 turn it off`,
        check,
        verify: CURL_TWICE,
        source,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: tuning(`keepAliveTimeout ${idleTimeout}`),
        language: 'text',
        where,
        check,
        verify: 'curl -v -H "Connection: keep-alive" URL: the response says the new "Keep-Alive: timeout=".',
        source,
      }),
      'raise-request-limit': ({ requestLimit }) => ({
        title: `Allow ${requestLimit} requests per connection`,
        snippet: tuning(`maxKeepAliveReq ${requestLimit}`),
        language: 'text',
        where,
        check,
        verify: 'curl -v -H "Connection: keep-alive" URL: the response says the new "max=".',
        source,
      }),
    },
  },
}
