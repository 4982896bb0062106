import type { Product } from '../product'
import { userAgent } from '../told'

/** Browsers pool by themselves: what they do wrong here, the page or the server makes them do. */
export const browser: Product = {
  id: 'browser',
  name: 'Browsers',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: Mozilla/5.0',
    seen: userAgent(/^Mozilla\/5\.0\b/),
    defaults: [
      {
        about: 'pool',
        text: '6 connections per host (Chrome, Firefox, Safari)',
        source:
          'https://chromium.googlesource.com/chromium/src/+/main/net/socket/client_socket_pool_manager.cc; https://searchfox.org/mozilla-central/source/modules/libpref/init/all.js; https://developer.apple.com/documentation/foundation/urlsessionconfiguration/httpmaximumconnectionsperhost',
      },
      {
        about: 'idle',
        text: 'Chrome 300 s, 60 s for a connection never used; Firefox 115 s',
        source:
          'https://chromium.googlesource.com/chromium/src/+/main/net/socket/client_socket_pool.cc; https://searchfox.org/mozilla-central/source/modules/libpref/init/all.js',
      },
      {
        about: 'ahead',
        text: 'Chrome and Firefox open connections ahead for <link rel="preconnect">, and of their own accord where they expect requests; Chrome closes one never used after 60 s',
        source:
          'https://html.spec.whatwg.org/multipage/links.html#link-type-preconnect; https://chromium.googlesource.com/chromium/src/+/main/net/socket/client_socket_pool.cc',
      },
    ],
    remedies: {
      'open-on-demand': ({ host, https }) => ({
        title: 'Preconnect only where requests follow within seconds',
        snippet: [
          '<!-- Remove hints for origins that the page does not ask at once: -->',
          `<!-- <link rel="preconnect" href="${https ? 'https' : 'http'}://${host}"> -->`,
          '<!-- Fonts, and other requests without credentials, need the hint with crossorigin: without it the connection stays unused. -->',
          `<link rel="preconnect" href="${https ? 'https' : 'http'}://${host}" crossorigin>`,
          '<!-- For what may be needed later: -->',
          `<link rel="dns-prefetch" href="//${host}">`,
        ].join('\n'),
        language: 'html',
        where:
          'The page’s <head>, and the Link field of its responses. Connections that a browser opens of its own accord (a second one beside the first, for a request it expects) cannot be turned off by a page; HTTP/2 makes them rare',
        check: 'Open the page with the network panel: each hinted origin has a request within a few seconds',
        verify: 'chrome://net-export: sockets of these hosts are used.',
        source: 'https://html.spec.whatwg.org/multipage/links.html#link-type-preconnect',
      }),
      'pool-connections': () => ({
        title: 'Let the browser share connections',
        snippet: 'Serve the page’s resources from one host, over HTTP/2, and use the same crossorigin mode for all of them.',
        language: 'text',
        where: 'The page and its server. Requests with and without credentials use separate connections',
        check: 'Open chrome://net-export and record the page’s loading',
        verify: 'The network panel’s "Connection ID" column repeats.',
        source: 'https://fetch.spec.whatwg.org/#connections',
      }),
    },
  },
}
