import type { Product } from '../product'
import { server } from '../told'

const source = 'https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/options'

export const kestrel: Product = {
  id: 'kestrel',
  name: 'Kestrel (ASP.NET Core)',
  kind: 'server',
  server: {
    recognisedBy: 'Server: Kestrel',
    seen: server(/^Kestrel\b/i),
    defaults: [{ about: 'idle', text: 'Limits.KeepAliveTimeout 130 s', source: 'KestrelServerLimits' }],
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
    },
  },
}
