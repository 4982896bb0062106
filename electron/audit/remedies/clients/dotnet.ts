import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { nothing, SILENT } from '../told'

const source = 'https://learn.microsoft.com/dotnet/fundamentals/networking/http/httpclient-guidelines'

const lifetime = 'https://learn.microsoft.com/dotnet/api/system.net.http.socketshttphandler.pooledconnectionlifetime'
const resume = 'https://learn.microsoft.com/dotnet/api/system.net.security.sslclientauthenticationoptions.allowtlsresume'
const http2 = 'https://learn.microsoft.com/dotnet/api/system.net.http.httpclient.defaultrequestversion'

const handler = (line: string): string => `static readonly HttpClient Client = new(new SocketsHttpHandler\n{\n    ${line}\n});`

const client = ({ clientIdle }: Values): Advice => ({
  title: `One HttpClient, connections kept for ${clientIdle} s`,
  snippet: handler(`PooledConnectionIdleTimeout = TimeSpan.FromSeconds(${clientIdle}),`),
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
      { about: 'pool', text: 'MaxConnectionsPerServer: no limit', source },
      { about: 'age', text: 'PooledConnectionLifetime unlimited', source: lifetime },
      { about: 'sessions', text: 'AllowTlsResume true', source: resume },
      { about: 'http2', text: 'requests ask for HTTP/1.1', source: http2 },
    ],
    remedies: {
      'pool-connections': client,
      'enlarge-pool': (values) => ({
        ...client(values),
        title: `Allow ${values.poolSize} connections per server`,
        snippet: handler(`MaxConnectionsPerServer = ${values.poolSize}, // no limit by default: or leave it out`),
        where:
          'Where the handler is made, in place of a lower MaxConnectionsPerServer; ServicePointManager.DefaultConnectionLimit (2) is .NET Framework’s',
        source: 'https://learn.microsoft.com/dotnet/api/system.net.http.socketshttphandler.maxconnectionsperserver',
      }),
      'keep-idle-longer': client,
      'keep-older': () => ({
        title: 'Let connections grow older',
        snippet: handler('PooledConnectionLifetime = TimeSpan.FromHours(1),'),
        language: 'csharp',
        where:
          'Where the handler is made, in place of a lower value; unlimited is the default, but then changes of a name’s addresses are not followed',
        check: 'dotnet build',
        verify: 'dotnet-counters monitor System.Net.Http: http11-connections-current-total stays level.',
        source: lifetime,
      }),
      'avoid-race': client,
      'stop-asking-to-close': client,
      'keep-tls-sessions': () => ({
        title: 'Allow TLS sessions to be resumed',
        snippet:
          'static readonly HttpClient Client = new(new SocketsHttpHandler\n{\n    SslOptions = { AllowTlsResume = true }, // the default\n});',
        language: 'csharp',
        where: 'One static client for the program; remove AllowTlsResume = false (.NET 8 and later)',
        check: 'dotnet build',
        verify: 'A capture: later handshakes are resumed.',
        source: resume,
      }),
      'speak-tls-1.3': () => ({
        title: 'Let .NET speak TLS 1.3',
        snippet:
          'static readonly HttpClient Client = new(new SocketsHttpHandler\n{\n    SslOptions = { EnabledSslProtocols = SslProtocols.None }, // what the system allows\n});',
        language: 'csharp',
        where:
          'Where the handler is made, in place of a list without Tls13. Windows 11, Windows Server 2022, or OpenSSL 1.1.1, or later',
        check: 'dotnet build',
        verify: 'A capture: handshakes are TLS 1.3.',
        source: 'https://learn.microsoft.com/dotnet/core/extensions/sslstream-best-practices',
      }),
      'speak-http-2': () => ({
        title: 'Ask for HTTP/2',
        snippet:
          'static readonly HttpClient Client = new()\n{\n    DefaultRequestVersion = HttpVersion.Version20,\n    DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,\n};',
        language: 'csharp',
        where: 'Where the client is made; a request’s own Version counts before it',
        check: 'dotnet build',
        verify: 'response.Version is 2.0.',
        source: http2,
      }),
    },
  },
}
