import type { Advice, Product } from '../product'
import { wholeIn } from '../units'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'https://square.github.io/okhttp/5.x/okhttp/okhttp3/-connection-pool/'

const inTimeUnit = wholeIn((value, unit) => `${value}, TimeUnit.${unit.toUpperCase()}`)

const client = ({ poolSize, clientIdle }: Values): Advice => ({
  title: `One client, ${poolSize} idle connections kept for ${clientIdle} s`,
  snippet: [
    'OkHttpClient client = new OkHttpClient.Builder()',
    `        .connectionPool(new ConnectionPool(${poolSize}, ${inTimeUnit(clientIdle)}))   // 5 for 5 minutes by default`,
    '        .build();',
  ].join('\n'),
  language: 'java',
  where:
    'One client for the program; variants with client.newBuilder(), which share its pool. Close every response body. Stay below the server’s own idle time-out',
  check: 'javac FILE',
  verify: 'An EventListener’s connectStart is called once per connection, connectionAcquired once per request.',
  source,
})

export const okhttp: Product = {
  id: 'okhttp',
  name: 'OkHttp',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: okhttp/',
    seen: userAgent(/^okhttp\//i),
    defaults: [
      { about: 'pool', text: '5 idle connections', source },
      { about: 'idle', text: '5 min', source },
      {
        about: 'http2',
        text: 'HTTP/2 where the server speaks it',
        source: 'https://square.github.io/okhttp/5.x/okhttp/okhttp3/-ok-http-client/-builder/protocols.html',
      },
    ],
    keepsIdle: 300,
    remedies: {
      'keep-older': () => ({
        title: 'Find what ends connections at that age',
        snippet:
          'Look for what calls connectionPool().evictAll(), or makes a new OkHttpClient, on a schedule: ConnectionPool has a limit of idle time, and none of age.',
        language: 'text',
        where: 'The program that makes the requests, its libraries, and a local proxy beside it. OkHttp does not do it by itself',
        check: 'Search the program for these calls',
        verify: 'Connections carry more requests each than before.',
        source,
      }),
      'pool-connections': client,
      'enlarge-pool': client,
      'keep-idle-longer': client,
      'avoid-race': client,
      'stop-asking-to-close': client,
      'keep-tls-sessions': () => ({
        title: 'One client, and with it its TLS sessions',
        snippet:
          'static final OkHttpClient CLIENT = new OkHttpClient();   // variants with CLIENT.newBuilder(), which share its SSLSocketFactory',
        language: 'java',
        where: 'One client for the program: sessions are kept in its SSLContext',
        check: 'javac FILE',
        verify: 'An EventListener’s secureConnectEnd comes a round trip sooner with TLS 1.2.',
        source: 'https://square.github.io/okhttp/5.x/okhttp/okhttp3/-ok-http-client/',
      }),
      'speak-http-2': () => ({
        title: 'Let OkHttp speak HTTP/2',
        snippet:
          'OkHttpClient client = new OkHttpClient.Builder()\n        .protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1))   // the default\n        .build();',
        language: 'java',
        where: 'Where the client is made, in place of a list with HTTP_1_1 only',
        check: 'javac FILE',
        verify: 'response.protocol() is h2.',
        source: 'https://square.github.io/okhttp/5.x/okhttp/okhttp3/-ok-http-client/-builder/protocols.html',
      }),
    },
  },
}
