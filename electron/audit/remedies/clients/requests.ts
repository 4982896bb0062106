import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const manual = 'https://requests.readthedocs.io/en/latest/user/advanced/'
const check = 'python -m py_compile FILE'
const verify = 'With logging at DEBUG, urllib3 says "Starting new HTTP connection" once per host.'

const session = ({ atLeast, https }: Values): Advice => ({
  title: 'Use one Session',
  snippet: [
    'import requests',
    'from requests.adapters import HTTPAdapter',
    '',
    'session = requests.Session()          # one for the program, not one per request',
    `session.mount("${https ? 'https' : 'http'}://", HTTPAdapter(pool_maxsize=${atLeast('poolSize', 10)}))`,
    'for url in urls:',
    '    response = session.get(url)',
    '    response.content                  # read it all, so that the connection goes back to the pool',
  ].join('\n'),
  language: 'python',
  where: 'Where requests are made; with urllib3 one PoolManager. urllib.request has no pool',
  check,
  verify,
  source: `${manual}#session-objects`,
})

const kept = (values: Values): Advice => ({
  ...session(values),
  title: 'Keep the connection: TLS sessions are not kept',
  where:
    'Where requests are made. Neither requests nor urllib3 resumes TLS sessions: only a connection that stays open saves the handshake',
  source: 'https://github.com/urllib3/urllib3/issues/1898',
})

const httpx = (): Advice => ({
  title: 'HTTP/2 needs another library: httpx',
  snippet:
    'import httpx                          # pip install "httpx[http2]"\n\nclient = httpx.Client(http2=True)     # one for the program\nfor url in urls:\n    response = client.get(url)',
  language: 'python',
  where:
    'Where requests are made: requests speaks HTTP/1.1 only, and so does urllib3 unless its experimental HTTP/2 is turned on',
  check,
  verify: 'response.http_version is "HTTP/2".',
  source: 'https://www.python-httpx.org/http2/',
})

/** requests and urllib3 keep connections inside a Session or PoolManager only, and close none for idleness. */
export const requests: Product = {
  id: 'requests',
  name: 'Python requests, urllib3',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: python-requests/, python-urllib3/ or Python-urllib/',
    seen: userAgent(/^(python-requests|python-urllib3?|Python-urllib)\b/i),
    defaults: [
      {
        about: 'pool',
        text: 'only inside a Session: 10 pools of 10 connections',
        source: 'https://requests.readthedocs.io/en/latest/api/#requests.adapters.HTTPAdapter',
      },
      {
        about: 'sessions',
        text: 'none are kept',
        source: 'https://github.com/urllib3/urllib3/issues/1898; measured with urllib3 2.7',
      },
      {
        about: 'http2',
        text: 'HTTP/1.1 only',
        source: 'https://requests.readthedocs.io/en/latest/api/#requests.adapters.HTTPAdapter',
      },
    ],
    http1Only: true,
    remedies: {
      'pool-connections': session,
      'enlarge-pool': session,
      'keep-tls-sessions': kept,
      'speak-http-2': httpx,
      'speak-tls-1.3': () => ({
        title: 'Let Python speak TLS 1.3',
        snippet: 'import ssl\n\nprint(ssl.OPENSSL_VERSION, ssl.HAS_TLSv1_3)   # OpenSSL 1.1.1 or later, True',
        language: 'python',
        where: 'The Python that makes the requests; remove adapters that set ssl_version or ssl_maximum_version to TLSv1_2',
        check,
        verify: 'response.raw.version and a capture: the handshake is TLS 1.3.',
        source: 'https://docs.python.org/3/library/ssl.html#ssl.HAS_TLSv1_3',
      }),
      'stop-asking-to-close': () => ({
        title: 'Send no "Connection: close"',
        snippet:
          "session = requests.Session()\nsession.headers.pop('Connection', None)   # the session keeps connections without it",
        language: 'python',
        where: 'Where the session’s headers are set. urllib.request always sends "Connection: close": use requests or urllib3',
        check,
        verify,
        source: `${manual}#keep-alive`,
      }),
      'avoid-race': () => ({
        title: 'Retry requests that met a closed connection',
        snippet:
          "from requests.adapters import HTTPAdapter\nfrom urllib3.util.retry import Retry\n\nretry = Retry(total=2, connect=2, read=1, backoff_factor=0.1)   # idempotent methods only, its default\nsession.mount('https://', HTTPAdapter(max_retries=retry))\nsession.mount('http://', HTTPAdapter(max_retries=retry))",
        language: 'python',
        where: 'Where the Session is made: its pool has no idle time-out to set, so the server’s must be the longer',
        check,
        verify: 'No ConnectionError "Remote end closed connection without response".',
        source: 'https://urllib3.readthedocs.io/en/stable/reference/urllib3.util.html#urllib3.util.Retry',
      }),
    },
  },
}
