import type { Advice, Product, Traces, VersionSeen } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'
import { isBefore, versionIn } from '../version'

const source = 'https://everything.curl.dev/transfers/conn/reuse.html'
const reused = 'curl -v says "Re-using existing connection" or "Reusing existing" from the second URL on.'

const lifetime = 'https://curl.se/libcurl/c/CURLOPT_MAXLIFETIME_CONN.html'

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

const version = (t: Traces): VersionSeen | null => {
  const at = versionIn(t.userAgent, /^(?:lib)?curl\/(\d+\.\d+\.\d+)/i)
  return at === null ? null : { at, text: `curl ${at}` }
}

/** curl keeps connections within one invocation only. */
export const curl: Product = {
  id: 'curl',
  name: 'curl',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: curl/ or libcurl/',
    seen: userAgent(/^(lib)?curl\//i),
    version,
    defaults: [
      {
        about: 'pool',
        text: 'one pool for each invocation or handle, CURLOPT_MAXCONNECTS 5',
        source: 'https://curl.se/libcurl/c/CURLOPT_MAXCONNECTS.html',
      },
      {
        about: 'idle',
        text: 'CURLOPT_MAXAGE_CONN 118 s',
        since: '7.65.0',
        source: 'https://curl.se/libcurl/c/CURLOPT_MAXAGE_CONN.html',
      },
      { about: 'age', text: 'no limit of age', before: '8.17.0', source: lifetime },
      { about: 'age', text: 'CURLOPT_MAXLIFETIME_CONN 24 h', since: '8.17.0', source: lifetime },
      {
        about: 'sessions',
        text: 'kept for one invocation or handle',
        source: 'https://curl.se/libcurl/c/CURLOPT_SSL_SESSIONID_CACHE.html',
      },
      {
        about: 'http2',
        text: 'HTTP/2 over TLS where it is built with nghttp2',
        since: '7.47.0',
        source: 'https://curl.se/libcurl/c/CURLOPT_HTTP_VERSION.html',
      },
    ],
    keepsIdle: 118,
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
      'keep-older': () => ({
        title: 'Let connections grow older',
        snippet: 'curl_easy_setopt(curl, CURLOPT_MAXLIFETIME_CONN, 86400L);',
        language: 'c',
        where:
          'Programs that use libcurl (7.80.0 and later), in place of a lower value; 0 sets no limit. CURLOPT_MAXAGE_CONN limits idle time',
        check: 'Compile, and read the return code of curl_easy_setopt',
        verify: 'With CURLOPT_VERBOSE libcurl says "Re-using existing connection" or "Reusing existing" beyond the old age.',
        source: lifetime,
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
        snippet: 'curl --http1.1 -O URL1 -O URL2   # without -0 / --http1.0 and -H "Connection: close"',
        language: 'shell',
        where: 'The script that calls curl, and ~/.curlrc',
        check: 'curl -v URL1 URL2',
        verify: 'curl -v shows requests with HTTP/1.1.',
        source,
      }),
      'keep-idle-longer': idle,
      'avoid-race': idle,
      'keep-tls-sessions': (_, at) => ({
        title: 'Fetch in one invocation, which keeps its TLS sessions',
        snippet: `curl -O URL1 -O URL2 -O URL3${at !== null && isBefore(at, '8.12.0') ? '' : '\n# from curl 8.12.0, where it is built with session export: keep them in a file\ncurl --ssl-sessions sessions.txt -O URL'}`,
        language: 'shell',
        where:
          'The script that calls curl, without --no-sessionid. In programs that use libcurl share CURL_LOCK_DATA_SSL_SESSION between handles',
        check: 'curl -v URL1 URL2',
        verify: 'curl -v says "SSL reusing session" or "SSL re-using session" where it opens a second connection.',
        source: 'https://everything.curl.dev/usingcurl/tls/sessions.html; https://curl.se/docs/manpage.html#--ssl-sessions',
      }),
      'speak-tls-1.3': () => ({
        title: 'Let curl speak TLS 1.3',
        snippet: 'curl --tlsv1.2 -O URL   # at least 1.2, and 1.3 where both can; without --tls-max 1.2',
        language: 'shell',
        where:
          'The script that calls curl, and ~/.curlrc. curl 7.52.0 or later, with OpenSSL 1.1.1 or another library that has TLS 1.3',
        check: 'curl -V',
        verify: 'curl -v says "SSL connection using TLSv1.3".',
        source: 'https://curl.se/docs/manpage.html#--tls-max',
      }),
      'share-a-taken-group': () => ({
        title: 'Send a share for a group that the server takes',
        snippet: 'curl --curves X25519:prime256v1 -O URL   # the server’s group first',
        language: 'shell',
        where: 'The script that calls curl, and ~/.curlrc. From curl 7.73.0, with OpenSSL or BoringSSL',
        check: 'curl -V',
        verify: 'curl -v shows one Client hello for each connection.',
        source: 'https://curl.se/docs/manpage.html#--curves',
      }),
      'speak-http-2': () => ({
        title: 'Let curl speak HTTP/2, side by side on one connection',
        snippet: 'curl --http2 --parallel -O URL1 -O URL2 -O URL3',
        language: 'shell',
        where: 'The script that calls curl, and ~/.curlrc: without --http1.1, and one invocation instead of several at once',
        check: 'curl -V lists HTTP2 among its features',
        verify: 'curl -v says "using HTTP/2" and opens one connection.',
        source: 'https://curl.se/docs/manpage.html#--http2',
      }),
    },
  },
}
