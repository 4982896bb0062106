import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'https://everything.curl.dev/transfers/conn/reuse.html'
const reused = 'curl -v says "Re-using existing connection" or "Reusing existing" from the second URL on.'

const idle = ({ clientIdle }: Values): Advice => ({
  title: `Use idle connections for at most ${clientIdle} s`,
  snippet: `curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, ${clientIdle}L);`,
  language: 'c',
  where:
    'Programs that use libcurl, on the handle they use again and again; the curl tool keeps connections for one invocation only',
  check: 'Compile, and read the return code of curl_easy_setopt',
  verify: 'With CURLOPT_VERBOSE libcurl says "Re-using existing connection" or "Reusing existing".',
  source: 'https://curl.se/libcurl/c/CURLOPT_MAXAGE_CONN.html',
})

/** curl keeps connections within one invocation only. */
export const curl: Product = {
  id: 'curl',
  name: 'curl',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: curl/ or libcurl/',
    seen: userAgent(/^(lib)?curl\//i),
    defaults: [
      {
        about: 'pool',
        text: 'one pool for each invocation or handle, CURLOPT_MAXCONNECTS 5',
        source: 'https://curl.se/libcurl/c/CURLOPT_MAXCONNECTS.html',
      },
      { about: 'idle', text: 'CURLOPT_MAXAGE_CONN 118 s', source: 'https://curl.se/libcurl/c/CURLOPT_MAXAGE_CONN.html' },
    ],
    remedies: {
      'pool-connections': () => ({
        title: 'Fetch in one invocation',
        snippet: 'curl -O URL1 -O URL2 -O URL3\n# or a list of them:\ncurl --config urls.txt',
        language: 'shell',
        where:
          'The script that calls curl: one invocation has one pool. In a program, use one easy or multi handle again and again',
        check: 'curl -v URL1 URL2',
        verify: reused,
        source,
      }),
      'enlarge-pool': ({ poolSize }) => ({
        title: `Keep up to ${poolSize} connections`,
        snippet: `curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, ${poolSize}L);`,
        language: 'c',
        where: 'Programs that use libcurl: on the easy handle, or CURLMOPT_MAXCONNECTS on the multi handle',
        check: 'Compile, and read the return code of curl_easy_setopt',
        verify: 'With CURLOPT_VERBOSE libcurl does not say that it closes the oldest connection.',
        source: 'https://curl.se/libcurl/c/CURLOPT_MAXCONNECTS.html',
      }),
      'stop-asking-to-close': () => ({
        title: 'Send no "Connection: close"',
        snippet: 'curl -O URL1 -O URL2   # without -H "Connection: close"',
        language: 'shell',
        where: 'The script that calls curl, and ~/.curlrc',
        check: 'curl -v URL1 URL2',
        verify: reused,
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
      'keep-idle-longer': idle,
      'avoid-race': idle,
    },
  },
}
