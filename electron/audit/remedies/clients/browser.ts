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
        source: 'Chromium, client_socket_pool_manager.cc; Firefox, all.js; Apple documentation',
      },
      {
        about: 'idle',
        text: 'Chrome 300 s, 60 s for a connection never used; Firefox 115 s',
        source: 'Chromium, client_socket_pool.cc; Firefox, all.js',
      },
    ],
    remedies: {
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
