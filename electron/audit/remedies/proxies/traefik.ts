import type { Product } from '../product'
import { certificate, requestMark, showsHttp2, showsOneHello, showsTls13 } from '../told'

const entry = 'https://doc.traefik.io/traefik/routing/entrypoints/#respondingtimeouts'
const transport = 'https://doc.traefik.io/traefik/routing/services/#serverstransport'
const where = 'Traefik’s static configuration (traefik.yml), at the entry point concerned; here it is called web'
const toServers =
  'Traefik’s static configuration (traefik.yml); a service with a serversTransport of its own has it in the dynamic one, under http.serversTransports'
const tls = 'https://doc.traefik.io/traefik/https/tls/'
const dynamic = 'Traefik’s dynamic configuration (a file provider’s)'
const tlsOptions = (...lines: readonly string[]): string =>
  ['tls:', '  options:', '    default:', ...lines.map((line) => `      ${line}`)].join('\n')
const check = 'traefik --configFile=traefik.yml: the log says what it does not understand'

export const traefik: Product = {
  id: 'traefik',
  name: 'Traefik',
  kind: 'proxy',
  server: {
    recognisedBy: 'Its own certificate, “TRAEFIK DEFAULT CERT”, in TLS 1.2; else it sends nothing of its own',
    seen: certificate(/^TRAEFIK DEFAULT CERT$/),
    defaults: [
      { about: 'idle', text: 'respondingTimeouts.idleTimeout 180 s', source: entry },
      { about: 'requests', text: 'keepAliveMaxRequests 0 (no limit)', source: entry },
    ],
    remedies: {
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle client connections for ${idleTimeout} s`,
        snippet: `entryPoints:\n  web:\n    transport:\n      respondingTimeouts:\n        idleTimeout: ${idleTimeout}s`,
        language: 'yaml',
        where,
        check,
        verify: 'The metric traefik_open_connections of the entry point stays up between requests.',
        source: entry,
      }),
      'raise-request-limit': ({ requestLimit }) => ({
        title: `Allow ${requestLimit} requests per connection`,
        snippet: `entryPoints:\n  web:\n    transport:\n      keepAliveMaxRequests: ${requestLimit}`,
        language: 'yaml',
        where: `${where}. 0, the default, means no limit`,
        check,
        verify: 'No response says "Connection: close".',
        source: entry,
      }),
      'raise-age-limit': () => ({
        title: 'Let connections grow older',
        snippet: 'entryPoints:\n  web:\n    transport:\n      keepAliveMaxTime: 0s',
        language: 'yaml',
        where: `${where}. 0, the default, means no limit`,
        check,
        verify: 'No response says "Connection: close".',
        source: entry,
      }),
      'use-tls-1.3': (values) => ({
        title: 'Allow TLS 1.3',
        snippet: tlsOptions('minVersion: VersionTLS12', 'maxVersion: VersionTLS13'),
        language: 'yaml',
        where: `${dynamic}; without maxVersion Traefik allows TLS 1.3`,
        check,
        verify: showsTls13(values),
        source: `${tls}#maximum-tls-version`,
      }),
      'share-key-groups': (values) => ({
        title: 'Take the key exchange that clients send first',
        snippet: tlsOptions('curvePreferences: [X25519, CurveP256]'),
        language: 'yaml',
        where: `${dynamic}, in place of a list that leaves out X25519`,
        check,
        verify: showsOneHello(values),
        source: `${tls}#curve-preferences`,
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet: tlsOptions('alpnProtocols: [h2, http/1.1]'),
        language: 'yaml',
        where: `${dynamic}, in place of a list without h2; the router needs "tls"`,
        check,
        verify: showsHttp2(values),
        source: `${tls}#alpn-protocols`,
      }),
    },
  },
  client: {
    recognisedBy: 'X-Forwarded-Server and X-Real-Ip together in requests',
    seen: (t) => (requestMark('x-real-ip')(t) === null ? null : requestMark('x-forwarded-server')(t)),
    defaults: [
      { about: 'idle', text: 'idleConnTimeout 90 s', source: transport },
      { about: 'pool', text: 'maxIdleConnsPerHost 200', source: transport },
    ],
    keepsIdle: 90,
    remedies: {
      'enlarge-pool': ({ poolSize }) => ({
        title: `Keep up to ${poolSize} idle connections per server`,
        snippet: `serversTransport:\n  maxIdleConnsPerHost: ${poolSize}`,
        language: 'yaml',
        where: `${toServers}; 200 by default`,
        check,
        verify: 'Capture between Traefik and the server: several requests on each connection.',
        source: transport,
      }),
      'pool-connections': ({ poolSize }) => ({
        title: `Keep up to ${poolSize} idle connections per server`,
        snippet: `serversTransport:\n  maxIdleConnsPerHost: ${poolSize}`,
        language: 'yaml',
        where: `${toServers}; 200 by default, and -1 turns reuse off`,
        check,
        verify: 'Capture between Traefik and the server: several requests on each connection.',
        source: transport,
      }),
      'keep-idle-longer': ({ clientIdle }) => idle(clientIdle),
      'avoid-race': ({ clientIdle }) => idle(clientIdle),
    },
  },
}

const idle = (seconds: number) =>
  ({
    title: `Keep idle connections to the servers for ${seconds} s`,
    snippet: `serversTransport:\n  forwardingTimeouts:\n    idleConnTimeout: ${seconds}s`,
    language: 'yaml',
    where: `${toServers}. Less than the servers’ own time-out`,
    check,
    verify: 'Capture between Traefik and the server: idle connections are closed by Traefik, after this time.',
    source: transport,
  }) as const
