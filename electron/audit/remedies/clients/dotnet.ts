import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { nothing, SILENT } from '../told'

const source = 'https://learn.microsoft.com/dotnet/fundamentals/networking/http/httpclient-guidelines'

const client = ({ poolSize, clientIdle }: Values): Advice => ({
  title: `One HttpClient, connections kept for ${clientIdle} s`,
  snippet: [
    'static readonly HttpClient Client = new(new SocketsHttpHandler',
    '{',
    `    PooledConnectionIdleTimeout = TimeSpan.FromSeconds(${clientIdle}),`,
    `    MaxConnectionsPerServer = ${poolSize},`,
    '});',
  ].join('\n'),
  language: 'csharp',
  where:
    'One static client, or IHttpClientFactory; never one per request. No ConnectionClose = true. Stay below the server’s own idle time-out',
  check: 'dotnet build',
  verify: 'dotnet-counters monitor System.Net.Http: http11-connections-current-total stays level.',
  source,
})

export const dotnet: Product = {
  id: 'dotnet',
  name: '.NET HttpClient',
  kind: 'client',
  client: {
    recognisedBy: SILENT,
    seen: nothing,
    defaults: [
      { about: 'idle', text: 'PooledConnectionIdleTimeout 1 min (.NET 6 and later)', source },
      { about: 'age', text: 'PooledConnectionLifetime unlimited', source },
    ],
    remedies: {
      'pool-connections': client,
      'enlarge-pool': client,
      'keep-idle-longer': client,
      'avoid-race': client,
      'stop-asking-to-close': client,
    },
  },
}
