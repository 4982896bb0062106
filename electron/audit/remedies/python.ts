import type { Product } from './product'

/** requests and urllib3 keep connections inside a Session or PoolManager only. */
export const python: Product = {
  id: 'python',
  name: 'Python (requests, urllib3)',
  matches: (g) => /^(python-requests|python-urllib3?|Python-urllib)\b/i.test(g.userAgent ?? ''),
  remedies: {
    'pool-connections': () => ({
      title: 'Use one Session',
      snippet:
        'import requests\n\nsession = requests.Session()          # one for the program, not one per request\nfor url in urls:\n    response = session.get(url)\n    response.content                  # read it all, so that the connection goes back to the pool',
      language: 'python',
      where: 'Where requests are made; with urllib3 one PoolManager. urllib.request has no pool',
      check: 'python -m py_compile FILE',
      verify: 'With logging at DEBUG, urllib3 says "Starting new HTTP connection" once per host.',
      source: 'https://requests.readthedocs.io/en/latest/user/advanced/#session-objects',
    }),
    'stop-asking-to-close': () => ({
      title: 'Send no "Connection: close"',
      snippet:
        "session = requests.Session()\nsession.headers.pop('Connection', None)   # keep-alive is what requests sends by itself",
      language: 'python',
      where: 'Where the session’s headers are set. urllib.request always sends "Connection: close": use requests or urllib3',
      check: 'python -m py_compile FILE',
      verify: 'With logging at DEBUG, urllib3 says "Starting new HTTP connection" once per host.',
      source: 'https://requests.readthedocs.io/en/latest/user/advanced/#keep-alive',
    }),
  },
}
