import type { Product } from '../product'
import { server, showsHttp2, showsResumption, showsTls13 } from '../told'

const source = 'https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/options'

const https = (statement: string): string =>
  `builder.WebHost.ConfigureKestrel(options =>\n{\n    options.ConfigureHttpsDefaults(https =>\n    {\n        ${statement}\n    });\n});`

export const kestrel: Product = {
  id: 'kestrel',
  name: 'Kestrel (ASP.NET Core)',
  kind: 'server',
  server: {
    recognisedBy: 'Server: Kestrel',
    seen: server(/^Kestrel\b/i),
    defaults: [
      {
        about: 'idle',
        text: 'Limits.KeepAliveTimeout 130 s',
        source:
          'https://learn.microsoft.com/dotnet/api/microsoft.aspnetcore.server.kestrel.core.kestrelserverlimits.keepalivetimeout; measured with ASP.NET Core',
      },
      { about: 'requests', text: 'no limit', source: 'measured with ASP.NET Core' },
      {
        about: 'http2',
        text: 'HttpProtocols.Http1AndHttp2 over TLS',
        source: 'https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints',
      },
    ],
    remedies: {
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `builder.WebHost.ConfigureKestrel(options =>\n{\n    options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(${idleTimeout});\n});`,
        language: 'csharp',
        where: 'Program.cs, before builder.Build()',
        check: 'dotnet build',
        verify: 'A connection left alone stays open for the new time.',
        source,
      }),
      'resume-tls': (values) => ({
        title: 'Let TLS sessions be resumed',
        snippet: https('https.OnAuthenticate = (_, tls) => tls.AllowTlsResume = true;'),
        language: 'csharp',
        where: 'Program.cs, before builder.Build(); .NET 8 or later',
        check: 'dotnet build',
        verify: showsResumption(values),
        source: 'https://learn.microsoft.com/dotnet/api/system.net.security.sslserverauthenticationoptions.allowtlsresume',
      }),
      'use-tls-1.3': (values) => ({
        title: 'Allow TLS 1.3',
        snippet: https('https.SslProtocols = SslProtocols.None; // what the system allows'),
        language: 'csharp',
        where:
          'Program.cs, before builder.Build(), in place of a list without Tls13. Windows Server 2022, or OpenSSL 1.1.1, or later',
        check: 'dotnet build',
        verify: showsTls13(values),
        source,
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet: `builder.WebHost.ConfigureKestrel(options =>\n{\n    options.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http1AndHttp2);\n});`,
        language: 'csharp',
        where:
          'Program.cs, before builder.Build(); over HTTPS. It is the default: look for "Protocols": "Http1" in appsettings.json',
        check: 'dotnet build',
        verify: showsHttp2(values),
        source: 'https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/http2',
      }),
    },
  },
}
