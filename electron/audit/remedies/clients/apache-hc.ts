import type { Advice, Product, Traces, VersionSeen } from '../product'
import { wholeIn } from '../units'
import type { Values } from '../values'
import { userAgent } from '../told'
import { versionIn } from '../version'

const source = 'https://hc.apache.org/httpcomponents-client-5.6.x/connection-management.html'
const check = 'javac FILE'
const verify = 'With org.apache.hc.client5.http.impl.io at DEBUG, "connection leased" comes without "connecting".'

const timeValue = wholeIn((value, unit) => `TimeValue.${unit === 'seconds' ? 'ofSeconds' : 'ofMilliseconds'}(${value})`)

const client = ({ poolSize, clientIdle }: Values): Advice => ({
  title: `One client, ${poolSize} connections per route, kept for ${clientIdle} s`,
  snippet: [
    'var manager = PoolingHttpClientConnectionManagerBuilder.create()',
    `        .setMaxConnPerRoute(${poolSize})      // 5 by default`,
    `        .setMaxConnTotal(${Math.max(25, poolSize * 2)})         // 25 by default`,
    '        .build();',
    'var client = HttpClients.custom()',
    '        .setConnectionManager(manager)',
    `        .setDefaultRequestConfig(RequestConfig.custom().setConnectionKeepAlive(${timeValue(clientIdle)}).build())`,
    `        .evictIdleConnections(${timeValue(clientIdle)})`,
    '        .build();',
  ].join('\n'),
  language: 'java',
  where:
    'One client for the program (HttpClient 5). Consume every response’s entity. Idle connections are not used after this time, and closed within twice of it. Stay below the server’s own idle time-out',
  check,
  verify,
  source,
})

const version = (t: Traces): VersionSeen | null => {
  const at = versionIn(t.userAgent, /^Apache-Http(?:Async)?Client\/(\d+(?:\.\d+)*)/i)
  return at === null ? null : { at, text: `HttpClient ${at}` }
}

export const apacheHc: Product = {
  id: 'apache-hc',
  name: 'Apache HttpClient',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: Apache-HttpClient/ or Apache-HttpAsyncClient/',
    seen: userAgent(/^Apache-Http(Async)?Client\//i),
    version,
    defaults: [
      {
        about: 'pool',
        text: '2 per route, 20 in all',
        before: '5',
        source:
          'https://hc.apache.org/httpcomponents-client-4.5.x/current/httpclient/apidocs/org/apache/http/impl/conn/PoolingHttpClientConnectionManager.html',
      },
      {
        about: 'pool',
        text: '5 per route, 25 in all',
        since: '5',
        source:
          'https://hc.apache.org/httpcomponents-client-5.6.x/current/httpclient5/apidocs/org/apache/hc/client5/http/impl/io/PoolingHttpClientConnectionManager.html',
      },
      {
        about: 'idle',
        text: 'as long as the server’s Keep-Alive field says, else for ever',
        before: '5',
        source:
          'https://hc.apache.org/httpcomponents-client-4.5.x/current/httpclient/apidocs/org/apache/http/impl/client/DefaultConnectionKeepAliveStrategy.html',
      },
      {
        about: 'idle',
        text: '3 min',
        since: '5',
        source:
          'https://hc.apache.org/httpcomponents-client-5.6.x/current/httpclient5/apidocs/org/apache/hc/client5/http/config/RequestConfig.Builder.html',
      },
      { about: 'http2', text: 'HTTP/1.1 only, but for the asynchronous client', source },
    ],
    remedies: {
      'pool-connections': client,
      'enlarge-pool': client,
      'keep-idle-longer': client,
      'keep-older': () => ({
        title: 'Let connections grow older',
        snippet: [
          'var manager = PoolingHttpClientConnectionManagerBuilder.create()',
          '        .setDefaultConnectionConfig(ConnectionConfig.custom().setTimeToLive(TimeValue.ofHours(1)).build())',
          '        .build();',
        ].join('\n'),
        language: 'java',
        where:
          'Where the connection manager is made (HttpClient 5.2 and later), in place of a lower time to live; HttpClient 4: setConnectionTimeToLive of the HttpClientBuilder',
        check,
        verify,
        source,
      }),
      'avoid-race': client,
      'speak-http-2': () => ({
        title: 'Use the asynchronous client, which speaks HTTP/2',
        snippet: 'var client = HttpAsyncClients.customHttp2().build();\nclient.start();',
        language: 'java',
        where: 'Where the client is made (HttpClient 5): HttpClients makes clients of HTTP/1.1 only',
        check,
        verify: 'response.getVersion() is HTTP/2.0.',
        source,
      }),
      'stop-asking-to-close': (values) => ({
        ...client(values),
        where:
          'One client for the program (HttpClient 5), without NoConnectionReuseStrategy and without a "Connection: close" header',
      }),
    },
  },
}
