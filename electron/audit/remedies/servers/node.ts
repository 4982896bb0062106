import type { Product, Traces, VersionSeen } from '../product'
import { anyOf, responseMark, showsHttp2, showsOneHello, showsResumption, showsTls13 } from '../told'

const http = 'https://nodejs.org/api/http.html'
const where =
  'Where the server is created, before listen(); app.listen() of Express returns it, and Fastify takes keepAliveTimeout (72 s by default) among its options'
const check = 'node --check FILE'

/** Its own defaults, and Fastify's. */
const OWN_VALUES: readonly (number | null)[] = [5, 65, 72]

/**
 * Node sends no Server field, and "Keep-Alive: timeout=5" without max whether it was asked to or not. Tomcat sends the same with other
 * values, but only to clients that send "Connection: keep-alive".
 */
function hint({ product, advertisedTimeout, advertisedMax, requestConnection, responseMarks }: Traces): string | null {
  if (product !== null || advertisedTimeout === null || advertisedMax !== null) return null
  const unasked = !/keep-alive/i.test(requestConnection ?? '')
  const its = OWN_VALUES.includes(advertisedTimeout) || unasked
  return its && responseMarks?.includes('jsessionid') !== true ? `Keep-Alive: timeout=${advertisedTimeout}, and no Server` : null
}

/** 5 s is the default up to version 26. 65 s is that of the next one, but also what many set in older ones. */
function version({ product, advertisedTimeout, advertisedMax }: Traces): VersionSeen | null {
  if (product !== null || advertisedMax !== null) return null
  return advertisedTimeout === 5 ? { at: '26', text: 'Node.js up to 26, since it announces 5 s' } : null
}

/** Merged for the major version after 26: 26.10.0 was tried, and still closes as 18 to 24 do. */
const raised = 'nodejs/node#62782'

const tls = 'https://nodejs.org/api/tls.html'
const secure = (options: string): string => `const server = https.createServer({ key, cert, ${options} }, app)`

export const node: Product = {
  id: 'node',
  name: 'Node.js (http.Server)',
  kind: 'server',
  server: {
    recognisedBy:
      'No Server field, and "Keep-Alive: timeout=" without max that is 5, 65 or 72 (Fastify), or was not asked for by "Connection: keep-alive"; X-Powered-By: Express or Next.js',
    version,
    seen: anyOf(hint, (t) => (t.product === null ? responseMark('x-powered-by:express', 'x-powered-by:next.js')(t) : null)),
    defaults: [
      { about: 'idle', text: 'keepAliveTimeout 5 s', before: '27', source: raised },
      { about: 'idle', text: 'keepAliveTimeout 65 s', since: '27', source: raised },
      { about: 'requests', text: 'maxRequestsPerSocket 0 (no limit)', source: `${http}#servermaxrequestspersocket` },
      {
        about: 'sessions',
        text: 'sessionTimeout 300 s, tickets with keys of each process’s own',
        source: `${tls}#tlscreateserveroptions-secureconnectionlistener`,
      },
      { about: 'tls', text: 'TLS 1.2 and 1.3', since: '12', source: `${tls}#tlsdefault_max_version` },
      { about: 'tls', text: 'up to TLS 1.2', before: '12', source: `${tls}#tlsdefault_max_version` },
      { about: 'http2', text: 'no HTTP/2 in http.Server and https.Server', source: 'https://nodejs.org/api/http2.html' },
    ],
    remedies: {
      'enable-keep-alive': ({ idleTimeout }) => ({
        title: 'Let connections persist',
        snippet: `const server = http.createServer(app)\nserver.keepAliveTimeout = ${idleTimeout * 1000} // milliseconds\nserver.maxRequestsPerSocket = 0 // no limit, the default`,
        language: 'javascript',
        where: `${where}. Remove response.setHeader('Connection', 'close') and shouldKeepAlive = false`,
        check,
        verify: `curl -v -H "Connection: keep-alive" URL: the response says "Keep-Alive: timeout=${idleTimeout}".`,
        source: `${http}#serverkeepalivetimeout`,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `const server = http.createServer(app)\nserver.keepAliveTimeout = ${idleTimeout * 1000} // milliseconds; 5 s up to Node.js 26, 65 s from 27`,
        language: 'javascript',
        where,
        check,
        verify: `curl -v -H "Connection: keep-alive" URL: the response says "Keep-Alive: timeout=${idleTimeout}".`,
        source: `${http}#serverkeepalivetimeout`,
      }),
      'raise-request-limit': () => ({
        title: 'Lift the limit of requests per socket',
        snippet: 'server.maxRequestsPerSocket = 0 // no limit, the default',
        language: 'javascript',
        where,
        check,
        verify: 'The responses’ Keep-Alive field names no max any more.',
        source: `${http}#servermaxrequestspersocket`,
      }),
      'resume-tls': (values) => ({
        title: 'Let TLS sessions be resumed, by every process',
        snippet: `${secure("sessionTimeout: 3600, ticketKeys, sessionIdContext: 'app'")} // ticketKeys: a Buffer of 48 random octets, the same in every process`,
        language: 'javascript',
        where: `${where}. Processes with keys of their own do not take each other’s tickets, nor do processes with other arguments, from which Node.js makes the sessionIdContext`,
        check,
        verify: showsResumption(values),
        source: `${tls}#session-resumption`,
      }),
      'use-tls-1.3': (values) => ({
        title: 'Allow TLS 1.3',
        snippet: secure("minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3'"),
        language: 'javascript',
        where: `${where}. Remove secureProtocol and --tls-max-v1.2; Node.js 12 or later`,
        check,
        verify: showsTls13(values),
        source: `${tls}#tlscreatesecurecontextoptions`,
      }),
      'share-key-groups': (values) => ({
        title: 'Take the key exchange that clients send first',
        snippet: secure("ecdhCurve: 'auto'"),
        language: 'javascript',
        where: `${where}, in place of a list that leaves out X25519; "auto" is the default`,
        check,
        verify: showsOneHello(values),
        source: `${tls}#tlscreatesecurecontextoptions`,
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet:
          "import http2 from 'node:http2'\n\nconst server = http2.createSecureServer({ key, cert, allowHTTP1: true }, app)",
        language: 'javascript',
        where: `${where}, in place of https.createServer. Express 4 and 5 do not take HTTP/2’s requests: put a proxy that speaks it before them`,
        check,
        verify: showsHttp2(values),
        source: 'https://nodejs.org/api/http2.html#http2createsecureserveroptions-onrequesthandler',
      }),
    },
  },
}
