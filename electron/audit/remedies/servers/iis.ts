import type { Product } from '../product'
import { CURL_TWICE, anyOf, responseMark, server } from '../told'

const limits = 'https://learn.microsoft.com/iis/configuration/system.applicationhost/sites/site/limits'
const check = 'appcmd.exe list config /section:system.applicationHost/sites'

/** "hh:mm:ss", as IIS writes times. */
const clock = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 19)

export const iis: Product = {
  id: 'iis',
  name: 'Microsoft IIS',
  kind: 'server',
  server: {
    recognisedBy: 'Server: Microsoft-IIS; X-Powered-By: ASP.NET',
    seen: anyOf(server(/^Microsoft-IIS\b/i), responseMark('x-powered-by:asp.net')),
    defaults: [{ about: 'idle', text: 'connectionTimeout 2 min', source: limits }],
    remedies: {
      'enable-keep-alive': () => ({
        title: 'Turn keep-alive on',
        snippet:
          '<configuration>\n  <system.webServer>\n    <httpProtocol allowKeepAlive="true" />\n  </system.webServer>\n</configuration>',
        language: 'xml',
        where: 'web.config of the site or application. Remove custom response headers that say "Connection: close"',
        check: 'appcmd.exe list config "SITE" /section:system.webServer/httpProtocol',
        verify: CURL_TWICE,
        source: 'https://learn.microsoft.com/iis/configuration/system.webserver/httpprotocol/',
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `appcmd.exe set config /section:system.applicationHost/sites /siteDefaults.limits.connectionTimeout:${clock(idleTimeout)} /commit:apphost`,
        language: 'shell',
        where: 'A command prompt of an administrator on the server; it writes applicationHost.config',
        check,
        verify: 'HTTPERR logs show fewer Timer_ConnectionIdle entries.',
        source: limits,
      }),
    },
  },
}
