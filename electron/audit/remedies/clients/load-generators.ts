import type { Product } from '../product'
import { userAgent } from '../told'

/** What ab measures is connection setup, unless it keeps connections. */
export const ab: Product = {
  id: 'ab',
  name: 'ab (ApacheBench)',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: ApacheBench/',
    seen: userAgent(/^ApacheBench\//i),
    defaults: [
      {
        about: 'pool',
        text: 'HTTP/1.0 and a connection per request without -k',
        source: 'https://httpd.apache.org/docs/2.4/programs/ab.html',
      },
    ],
    http1Only: true,
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
  },
}
