import type { Product } from './product'

const source = 'https://everything.curl.dev/transfers/conn/reuse.html'

/** curl keeps connections within one invocation only. */
export const curl: Product = {
  id: 'curl',
  name: 'curl',
  matches: (g) => /^(lib)?curl\//i.test(g.userAgent ?? ''),
  remedies: {
    'pool-connections': () => ({
      title: 'Fetch in one invocation',
      snippet: 'curl -O URL1 -O URL2 -O URL3\n# or a list of them:\ncurl --config urls.txt',
      language: 'shell',
      where:
        'The script that calls curl: one invocation has one pool. In a program, use one easy or multi handle again and again',
      check: 'curl -v URL1 URL2',
      verify: 'curl -v says "Re-using existing connection" or "Reusing existing" from the second URL on.',
      source,
    }),
    'stop-asking-to-close': () => ({
      title: 'Send no "Connection: close"',
      snippet: 'curl -O URL1 -O URL2   # without -H "Connection: close"',
      language: 'shell',
      where: 'The script that calls curl, and ~/.curlrc',
      check: 'curl -v URL1 URL2',
      verify: 'curl -v says "Re-using existing connection" or "Reusing existing" from the second URL on.',
      source,
    }),
    'use-http-1.1': () => ({
      title: 'Use HTTP/1.1',
      snippet: 'curl --http1.1 -O URL1 -O URL2   # without -0 / --http1.0',
      language: 'shell',
      where: 'The script that calls curl, and ~/.curlrc',
      check: 'curl -v URL1 URL2',
      verify: 'curl -v shows requests with HTTP/1.1.',
      source,
    }),
  },
}
