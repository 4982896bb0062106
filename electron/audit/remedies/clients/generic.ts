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

/** For a server's certificate, sessions and pools belong to the object that was made: one for the program shares all three. */
const SHARED = 'the client library’s documentation of TLS'

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
    'wait-for-responses': () => ({
      title: 'Let requests end by themselves',
      snippet:
        'Set the time-out for a response above what the slowest good responses take, read each response to its end (a short rest is cheaper than a handshake), and cancel over HTTP/2, where only the stream ends.',
      language: 'text',
      where: 'The program that makes the requests, and the server that lets them wait',
      check: 'The client’s log shows its time-outs and cancelled requests',
      verify: 'Fewer connections are ended by the client before a response is whole.',
      source: 'RFC 9112, section 9.5; RFC 9113, section 5.4.2',
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
      snippet: 'Send requests as HTTP/1.1, where connections persist by default, and without "Connection: close".',
      language: 'text',
      where: 'The program or proxy that makes the requests',
      check: 'A capture or a debugging proxy shows the request’s version and its Connection field',
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
    'keep-older': () => ({
      title: 'Let connections grow older',
      snippet: 'maximum age (lifetime, time to live) of a connection in the pool: a day, or none',
      language: 'text',
      where:
        'The client’s pool, or whatever in the program empties it or makes a new client on a schedule. A client that must follow changes of a name’s addresses keeps an age of some minutes',
      check: log,
      verify: MORE_EACH,
      source: rfc,
    }),
    'mend-requests': () => ({
      title: 'Send requests that the server can read',
      snippet:
        'Look at the packets of the refused requests: a well-formed request line with its version, a Host field, a Content-Length or chunks with every body, and no larger header or body than the server takes.',
      language: 'text',
      where: 'The program that makes the requests',
      check: 'curl -v with the same method, target and header shows what the server answers',
      verify: 'Fewer connections end with an error.',
      source: 'RFC 9112, sections 2.2, 3 and 6.3; RFC 9110, section 15.5',
    }),
    'align-credentials': () => ({
      title: 'Make requests to one host with or without credentials, not both',
      snippet:
        'fetch(url, { credentials: "include" }) or "omit" alike for all requests to the host; crossorigin="use-credentials", "anonymous" or no attribute alike on its <script>, <img> and <link> elements; a <link rel="preconnect"> with the crossorigin attribute of the requests that follow.',
      language: 'text',
      where: 'The page and its scripts; fonts are always fetched without credentials from other origins',
      check: 'The browser’s network log shows the Connection ID of each request',
      verify: 'Fewer connections are opened beside idle ones of the same host.',
      source: 'https://fetch.spec.whatwg.org/#connections',
    }),
    'outlive-middlebox': probes,
    'keep-tls-sessions': () => ({
      title: 'Keep TLS sessions in the client',
      snippet:
        'Make one client (session, agent, TLS context) for the program: sessions are kept in it, and a new one for each request has none.',
      language: 'text',
      where: `The program that makes the requests; see ${SHARED} for a session cache that must be turned on. A connection that stays open needs no handshake at all`,
      check: 'A capture: the ClientHello names a session (pre_shared_key, session_ticket or a session ID)',
      verify: 'Later handshakes are resumed.',
      source: 'RFC 8446, section 2.2; RFC 5077',
    }),
    'speak-tls-1.3': () => ({
      title: 'Let the client speak TLS 1.3',
      snippet:
        'Allow TLS 1.2 and TLS 1.3 in the client, and update its TLS library: OpenSSL 1.1.1 (2018), Java 11, Go 1.13, Node.js 12, Windows Server 2022 speak TLS 1.3.',
      language: 'text',
      where:
        'The program that makes the requests; look for a highest version (max version, ssl_version, secureProtocol) that was set',
      check: 'A capture: the ClientHello’s supported_versions names TLS 1.3',
      verify: 'Handshakes are TLS 1.3 where the server speaks it.',
      source: 'RFC 8446, section 4.2.1',
    }),
    'share-a-taken-group': () => ({
      title: 'Send a share for a group that the server takes',
      snippet: 'Put the group that the server chose (its HelloRetryRequest names it) first among the client’s groups.',
      language: 'text',
      where: 'The client’s TLS settings (groups, curves): the first is what it sends a share for',
      check: 'A capture: the ClientHello’s key_share holds the group',
      verify: 'One ClientHello for each connection.',
      source: 'RFC 8446, sections 4.1.4 and 4.2.8',
    }),
    'speak-http-2': () => ({
      title: 'Let the client speak HTTP/2',
      snippet: 'Turn HTTP/2 on in the client: it offers "h2" beside "http/1.1" in ALPN, and the server chooses.',
      language: 'text',
      where: 'The program that makes the requests; where its library has no HTTP/2, a local proxy can speak it',
      check: 'A capture: the ClientHello’s ALPN extension names h2',
      verify: 'Requests at the same time share a connection.',
      source: 'RFC 9113, section 3.2; RFC 7301',
    }),
    'open-on-demand': () => ({
      title: 'Open connections when they are needed',
      snippet:
        'Fewer connections opened ahead: lower the pool’s minimum (minIdle, warm-up, preconnect) to what is used within seconds.',
      language: 'text',
      where:
        'The client’s pool. Where a load balancer’s or monitor’s health check opens them, it may send an HTTP request instead, or stay: it costs the server a handshake and users nothing',
      check: log,
      verify: 'Fewer connections end without a request.',
      source: rfc,
    }),
    'avoid-race': (values) => ({
      title: 'Let the client give up first',
      snippet:
        (values.serverTimeout === null
          ? ''
          : `idle time-out of the client: at most ${values.clientIdle} ${values.clientIdle === 1 ? 'second' : 'seconds'}; `) +
        'client’s idle time-out < CDN’s < load balancer’s < origin’s, each with a margin of a second or more; retry idempotent requests that got no response.',
      language: 'text',
      where: 'The client’s pool, and the keep-alive time-outs of every hop',
      check: 'Compare the time-outs pair by pair along the way',
      verify: 'No keep-alive race is seen.',
      source: 'RFC 9112, sections 9.3.1 and 9.5',
    }),
  },
}
