import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const manual = 'https://requests.readthedocs.io/en/latest/user/advanced/'
const check = 'python -m py_compile FILE'
const verify = 'With logging at DEBUG, urllib3 says "Starting new HTTP connection" once per host.'

const session = ({ poolSize, https }: Values): Advice => ({
  title: 'Use one Session',
  snippet: [
    'import requests',
    'from requests.adapters import HTTPAdapter',
    '',
    'session = requests.Session()          # one for the program, not one per request',
    `session.mount("${https ? 'https' : 'http'}://", HTTPAdapter(pool_maxsize=${Math.max(10, poolSize)}))`,
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

/** requests and urllib3 keep connections inside a Session or PoolManager only, and close none for idleness. */
export const requests: Product = {
  id: 'requests',
  name: 'Python requests, urllib3',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: python-requests/, python-urllib3/ or Python-urllib/',
    seen: userAgent(/^(python-requests|python-urllib3?|Python-urllib)\b/i),
    defaults: [{ about: 'pool', text: 'only inside a Session: 10 pools of 10 connections', source: 'requests, adapters.py' }],
    remedies: {
      'pool-connections': session,
      'enlarge-pool': session,
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
