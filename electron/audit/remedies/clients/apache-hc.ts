import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'https://hc.apache.org/httpcomponents-client-5.6.x/connection-management.html'
const check = 'javac FILE'
const verify = 'With org.apache.hc.client5.http.impl.io at DEBUG, "connection leased" comes without "connecting".'

const client = ({ poolSize, clientIdle }: Values): Advice => ({
  title: `One client, ${poolSize} connections per route, kept for ${clientIdle} s`,
  snippet: [
    'var manager = PoolingHttpClientConnectionManagerBuilder.create()',
    `        .setMaxConnPerRoute(${poolSize})      // 5 by default`,
    `        .setMaxConnTotal(${Math.max(25, poolSize * 2)})         // 25 by default`,
    '        .build();',
    'var client = HttpClients.custom()',
    '        .setConnectionManager(manager)',
    `        .setDefaultRequestConfig(RequestConfig.custom().setConnectionKeepAlive(TimeValue.ofSeconds(${clientIdle})).build())`,
    `        .evictIdleConnections(TimeValue.ofSeconds(${clientIdle}))`,
    '        .build();',
  ].join('\n'),
  language: 'java',
  where: 'One client for the program (HttpClient 5). Consume every response’s entity. Stay below the server’s own idle time-out',
  check,
  verify,
  source,
})

export const apacheHc: Product = {
  id: 'apache-hc',
  name: 'Apache HttpClient',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: Apache-HttpClient/ or Apache-HttpAsyncClient/',
    seen: userAgent(/^Apache-Http(Async)?Client\//i),
    defaults: [
      {
        about: 'pool',
        text: '5 per route, 25 in all (HttpClient 5)',
        source: 'HttpClient 5, PoolingHttpClientConnectionManager',
      },
      { about: 'idle', text: '3 min (HttpClient 5)', source: 'HttpClient 5, RequestConfig.java' },
    ],
    remedies: {
      'pool-connections': client,
      'enlarge-pool': client,
      'keep-idle-longer': client,
      'avoid-race': client,
      'stop-asking-to-close': (values) => ({
        ...client(values),
        where:
          'One client for the program (HttpClient 5), without NoConnectionReuseStrategy and without a "Connection: close" header',
      }),
    },
  },
}
