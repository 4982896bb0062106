import type { Advice, Product } from '../product'
import { userAgent } from '../told'

const share = (): Advice => ({
  title: 'Use one handle for the request, a persistent share between requests',
  snippet: [
    '<?php',
    '$curl = curl_init();                          // one handle, used again for every URL',
    "if (function_exists('curl_share_init_persistent')) {   // PHP 8.5 and later",
    '    curl_setopt($curl, CURLOPT_SHARE, curl_share_init_persistent([CURL_LOCK_DATA_CONNECT, CURL_LOCK_DATA_DNS]));',
    '}',
    'curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);',
    'foreach ($urls as $url) {',
    '    curl_setopt($curl, CURLOPT_URL, $url);',
    '    $body = curl_exec($curl);',
    '}',
  ].join('\n'),
  language: 'php',
  where: 'Where requests are made; with Guzzle or Symfony one client for the program. file_get_contents opens a connection each',
  check: 'php -l FILE',
  verify: 'curl_getinfo($curl, CURLINFO_NUM_CONNECTS) is 0 from the second request on.',
  source: 'https://wiki.php.net/rfc/curl_share_persistence',
})

export const php: Product = {
  id: 'php',
  name: 'PHP (curl, Guzzle)',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: GuzzleHttp/, Symfony HttpClient or PHP/ (curl_exec and file_get_contents send none unless told)',
    seen: userAgent(/^(GuzzleHttp\/|Symfony HttpClient|PHP\/)/i),
    defaults: [
      {
        about: 'pool',
        text: 'connections live within one request to PHP only; from PHP 8.5 with a persistent share, in the worker',
        source: 'https://wiki.php.net/rfc/curl_share_persistence',
      },
    ],
    remedies: {
      'pool-connections': share,
      'stop-asking-to-close': share,
      'keep-tls-sessions': () => ({
        ...share(),
        title: 'Share TLS sessions between handles',
        snippet: [
          '<?php',
          '$share = curl_share_init();                   // for one request to PHP; from PHP 8.5 curl_share_init_persistent keeps it in the worker',
          'curl_share_setopt($share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);',
          'curl_setopt($curl, CURLOPT_SHARE, $share);',
        ].join('\n'),
        verify: 'curl_getinfo($curl, CURLINFO_APPCONNECT_TIME) falls on later connections with TLS 1.2.',
        source: 'https://www.php.net/manual/function.curl-share-setopt.php',
      }),
      'speak-http-2': () => ({
        ...share(),
        title: 'Let PHP speak HTTP/2',
        snippet: '<?php\ncurl_setopt($curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);',
        where: 'Where requests are made; several at once with one curl_multi handle, which shares the connection',
        verify: 'curl_getinfo($curl, CURLINFO_HTTP_VERSION) is CURL_HTTP_VERSION_2.',
        source: 'https://www.php.net/manual/curl.constants.php',
      }),
    },
  },
}
