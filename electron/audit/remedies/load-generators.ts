import type { Product } from './product'

/** ab and wrk: what they measure is connection setup unless they keep connections. */
export const loadGenerators: Product = {
  id: 'ab',
  name: 'ab (ApacheBench)',
  matches: (g) => /^ApacheBench\//i.test(g.userAgent ?? ''),
  remedies: {
    'use-http-1.1': () => ({
      title: 'Measure with keep-alive',
      snippet: 'ab -k -n 1000 -c 20 URL',
      language: 'shell',
      where: 'The command line: without -k every request opens a connection',
      check: 'ab -k -n 1 URL',
      verify: 'ab’s summary says "Keep-Alive requests" with a number near that of all requests.',
      source: 'https://httpd.apache.org/docs/2.4/programs/ab.html',
    }),
  },
}
