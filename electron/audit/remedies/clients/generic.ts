import type { Advice, Role } from '../product'
import { MORE_EACH } from '../told'
import type { Values } from '../values'

const rfc = 'RFC 9112, section 9.3'
const log = 'The client library’s documentation of its pool'

/** What is known of boxes that forget: after how many seconds, and how. */
const BOXES: readonly (readonly [number, string])[] = [
  [240, 'Azure’s NAT gateway forgets after 4 minutes'],
  [350, 'AWS’s NAT gateway and Network Firewall forget after 350 s'],
  [1200, 'Google’s NAT forgets after 20 minutes'],
]

/** At most half of the silence that was too long. */
const probes = ({ quiet }: Values): Advice => {
  const seconds = quiet === null ? 60 : Math.max(5, Math.floor(quiet / 2))
  const box = quiet === null ? undefined : BOXES.find(([limit]) => quiet >= limit && quiet < limit * 1.4)
  return {
    title: `Speak at least every ${seconds} s, or close before`,
    snippet: `# Linux: probes on idle connections whose program sets SO_KEEPALIVE\nsysctl -w net.ipv4.tcp_keepalive_time=${seconds}\nsysctl -w net.ipv4.tcp_keepalive_intvl=15`,
    language: 'shell',
    where: `The client’s machine, or the server’s; for good in /etc/sysctl.d/. Without probes: an idle time-out below ${quiet === null ? 'that of the box on the way' : `${Math.floor(quiet)} s`} at both ends.${box === undefined ? '' : ` ${box[1]}.`}`,
    check: 'sysctl net.ipv4.tcp_keepalive_time; ss -to shows timer:(keepalive,…) on the connections',
    verify: 'The capture shows keep-alive probes in the idle times, and no request that is answered by RST or not at all.',
    source: 'RFC 9293, section 3.8.4; Linux tcp(7)',
  }
}

/** For clients that do not say what they are. */
export const genericClient: Role = {
  recognisedBy: '',
  seen: () => null,
  defaults: [],
  remedies: {
    'pool-connections': () => ({
      title: 'Use one connection pool',
      snippet:
        'Make one HTTP client (session, agent, transport) for the program, use it for every request, and read every response to its end.',
      language: 'text',
      where: 'The program that makes the requests',
      check: 'The client library’s log of new connections',
      verify: MORE_EACH,
      source: rfc,
    }),
    'enlarge-pool': ({ poolSize }) => ({
      title: `Keep up to ${poolSize} idle connections per host`,
      snippet: `idle connections kept per host: ${poolSize}`,
      language: 'text',
      where: 'The client’s pool',
      check: log,
      verify: MORE_EACH,
      source: rfc,
    }),
    'stop-asking-to-close': () => ({
      title: 'Send no "Connection: close"',
      snippet: 'Remove "Connection: close" from the requests, and let the library keep connections alive.',
      language: 'text',
      where: 'The program or proxy that makes the requests',
      check: 'A capture or a debugging proxy shows the request’s header',
      verify: MORE_EACH,
      source: 'RFC 9112, section 9.6',
    }),
    'use-http-1.1': () => ({
      title: 'Speak HTTP/1.1',
      snippet: 'Send requests as HTTP/1.1, where connections persist by default.',
      language: 'text',
      where: 'The program or proxy that makes the requests',
      check: 'A capture or a debugging proxy shows the request’s version',
      verify: MORE_EACH,
      source: rfc,
    }),
    'keep-idle-longer': ({ clientIdle }) => ({
      title: `Keep idle connections for ${clientIdle} s`,
      snippet: `idle time-out of the connection pool: ${clientIdle} seconds, and less than the server’s`,
      language: 'text',
      where: 'The client’s pool',
      check: log,
      verify: MORE_EACH,
      source: rfc,
    }),
    'outlive-middlebox': probes,
    'avoid-race': ({ clientIdle, serverTimeout }) => ({
      title: 'Let the client give up first',
      snippet:
        (serverTimeout === null ? '' : `idle time-out of the client: at most ${clientIdle} seconds; `) +
        'client’s idle time-out < CDN’s < load balancer’s < origin’s, each with a margin of a second or more; retry idempotent requests that got no response.',
      language: 'text',
      where: 'The client’s pool, and the keep-alive time-outs of every hop',
      check: 'Compare the time-outs pair by pair along the way',
      verify: 'No keep-alive race is seen.',
      source: 'RFC 9112, sections 9.3.1 and 9.5',
    }),
  },
}
