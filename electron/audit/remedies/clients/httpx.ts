import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'https://www.python-httpx.org/advanced/resource-limits/'
const check = 'python -m py_compile FILE'
const verify = 'With logging at DEBUG, httpcore says connect_tcp.started once per connection.'

const client = ({ atLeast, clientIdle }: Values): Advice => ({
  title: `One client, ${atLeast('poolSize', 20)} connections kept for ${clientIdle} s`,
  snippet: [
    'import httpx',
    '',
    'client = httpx.Client(                # or AsyncClient; one for the program',
    `    limits=httpx.Limits(max_connections=${atLeast('poolSize', 100)}, max_keepalive_connections=${atLeast('poolSize', 20)}, keepalive_expiry=${clientIdle}),`,
    ')',
  ].join('\n'),
  language: 'python',
  where: 'One module that all requests use: httpx.get() makes a client for each. Stay below the server’s own idle time-out',
  check,
  verify,
  source,
})

export const httpx: Product = {
  id: 'httpx',
  name: 'Python httpx',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: python-httpx/',
    seen: userAgent(/^python-httpx\//i),
    defaults: [
      { about: 'pool', text: 'only inside a Client: 100 connections, 20 kept idle', source },
      {
        about: 'idle',
        text: 'keepalive_expiry 5 s: an older connection is closed at the next request',
        source,
      },
      { about: 'http2', text: 'HTTP/2 off', source: 'https://www.python-httpx.org/http2/' },
    ],
    keepsIdle: 5,
    remedies: {
      'pool-connections': client,
      'enlarge-pool': client,
      'stop-asking-to-close': client,
      'keep-idle-longer': client,
      'avoid-race': client,
      'keep-tls-sessions': (values) => ({
        ...client(values),
        title: 'One client: TLS sessions are not kept',
        where:
          'One module that all requests use. Python’s ssl resumes only what it is told to, and httpx does not: only a connection that stays open saves the handshake',
        source: 'https://docs.python.org/3/library/ssl.html#ssl.SSLSocket.session',
      }),
      'speak-http-2': () => ({
        title: 'Turn HTTP/2 on',
        snippet:
          'import httpx                          # pip install "httpx[http2]"\n\nclient = httpx.Client(http2=True)     # or AsyncClient; one for the program',
        language: 'python',
        where: 'One module that all requests use: it is off by default, and needs the extra package h2',
        check,
        verify: 'response.http_version is "HTTP/2".',
        source: 'https://www.python-httpx.org/http2/',
      }),
    },
  },
}
