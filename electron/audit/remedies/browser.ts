import type { Product } from './product'

/** Browsers pool by themselves: what they do wrong here, the page or the server makes them do. */
export const browser: Product = {
  id: 'browser',
  name: 'Browsers',
  matches: (g) => /^Mozilla\/5\.0\b/.test(g.userAgent ?? ''),
  remedies: {
    'pool-connections': () => ({
      title: 'Let the browser share connections',
      snippet: 'Serve the page’s resources from one host, over HTTP/2, and use the same crossorigin mode for all of them.',
      language: 'text',
      where: 'The page and its server. Requests with and without credentials use separate connections',
      check: 'Open chrome://net-export and record the page’s loading',
      verify: 'Capture again: fewer connections per host.',
      source: 'https://fetch.spec.whatwg.org/#connections',
    }),
  },
}
