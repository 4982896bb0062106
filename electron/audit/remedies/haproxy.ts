import type { CaseGroup } from '../findings/groups'
import type { Product } from './product'

const source = 'https://docs.haproxy.org/2.8/configuration.html#4-http-reuse'

/** Programs that send no "Connection: close" unless told to: where they seem to, it is likely a proxy's doing. */
export const neverAsksToClose = (g: CaseGroup): boolean =>
  g.cause === 'client-requested-close' && /^(curl\/|Mozilla\/5\.0|okhttp\/|Go-http-client\/)/.test(g.userAgent ?? '')

/** HAProxy as the client of an origin: the requests it passes on show that a proxy sent them, and ask for the close. */
export const haproxy: Product = {
  id: 'haproxy',
  name: 'HAProxy',
  matches: (g) => g.requestVersion === 'HTTP/1.1' && (g.proxied || neverAsksToClose(g)),
  remedies: {
    'stop-asking-to-close': () => ({
      title: 'Keep connections to the servers',
      snippet: 'defaults\n    mode http\n    option http-keep-alive\n    http-reuse safe',
      language: 'text',
      where: 'haproxy.cfg, in defaults or the backend. Remove "option http-server-close" and "option httpclose"',
      check: 'haproxy -c -f haproxy.cfg',
      verify: 'Capture between HAProxy and the server: requests no longer say "Connection: close".',
      source,
    }),
    'pool-connections': () => ({
      title: 'Share connections to the servers',
      snippet: 'backend servers\n    http-reuse safe\n    pool-purge-delay 5s',
      language: 'text',
      where: 'haproxy.cfg, in the backend',
      check: 'haproxy -c -f haproxy.cfg',
      verify: 'Capture between HAProxy and the server: several requests on each connection.',
      source,
    }),
  },
}
