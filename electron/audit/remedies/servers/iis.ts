import type { Product, Traces, VersionSeen } from '../product'
import { CURL_TWICE, anyOf, responseMark, server, showsHttp2, showsResumption, showsTls13 } from '../told'
import { isBefore, versionIn } from '../version'

const limits = 'https://learn.microsoft.com/iis/configuration/system.applicationhost/sites/site/limits'
const check = 'appcmd.exe list config /section:system.applicationHost/sites'

/** "hh:mm:ss", as IIS writes times. */
const clock = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 19)

const http2 = 'https://learn.microsoft.com/iis/get-started/whats-new-in-iis-10/http2-on-iis'

const version = ({ product }: Traces): VersionSeen | null => {
  const at = versionIn(product, /^Microsoft-IIS\/(\d+\.\d+)/i)
  return at === null ? null : { at, text: `IIS ${at}` }
}

export const iis: Product = {
  id: 'iis',
  name: 'Microsoft IIS',
  kind: 'server',
  server: {
    recognisedBy: 'Server: Microsoft-IIS; X-Powered-By: ASP.NET',
    version,
    seen: anyOf(server(/^Microsoft-IIS\b/i), responseMark('x-powered-by:asp.net')),
    defaults: [
      { about: 'idle', text: 'connectionTimeout 2 min', source: limits },
      { about: 'http2', text: 'no HTTP/2', before: '10.0', source: http2 },
      { about: 'http2', text: 'offered over TLS', since: '10.0', source: http2 },
    ],
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
      'resume-tls': (values) => ({
        title: 'Share the session tickets’ key between the machines of a farm',
        snippet:
          '$password = Read-Host -AsSecureString\nNew-TlsSessionTicketKey -Password $password -Path C:\\ticket.config -ServiceAccountName "NetworkService"\nEnable-TlsSessionTicketKey -Password $password -Path C:\\ticket.config -ServiceAccountName "NetworkService"',
        language: 'powershell',
        where:
          'PowerShell of an administrator; the first command on one machine, the last on each with the same file. One machine alone resumes by itself: there look for clients that keep no sessions',
        check: 'Get-Help Enable-TlsSessionTicketKey',
        verify: showsResumption(values),
        source: 'https://learn.microsoft.com/powershell/module/tls/enable-tlssessionticketkey',
      }),
      'use-tls-1.3': (values) => ({
        title: 'Use Windows Server 2022 or later, which speaks TLS 1.3',
        snippet:
          'reg add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.3\\Server" /v Enabled /t REG_DWORD /d 1 /f',
        language: 'powershell',
        where:
          'A command prompt of an administrator on Windows Server 2022 or later, where TLS 1.3 was turned off; then restart. Older Windows does not speak it: a proxy in front can. The binding must not say "Disable TLS 1.3"',
        check: 'netsh http show sslcert',
        verify: showsTls13(values),
        source: 'https://learn.microsoft.com/windows/win32/secauthn/protocols-in-tls-ssl--schannel-ssp-',
      }),
      'use-http-2': (values, at) => ({
        title: at !== null && isBefore(at, '10.0') ? 'Move to IIS 10, which speaks HTTP/2' : 'Offer HTTP/2',
        snippet: 'reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters /v EnableHttp2Tls /t REG_DWORD /d 1 /f',
        language: 'powershell',
        where:
          'A command prompt of an administrator, on Windows Server 2016 (IIS 10) or later, where HTTP/2 was turned off; then restart. It is on by default for sites over HTTPS; the binding must not say "Disable HTTP/2"',
        check: 'netsh http show sslcert',
        verify: showsHttp2(values),
        source: http2,
      }),
    },
  },
}
