import type { Role } from '../product'
import { CURL_TWICE, MORE_EACH, showsHttp2, showsOneHello, showsResumption, showsTls13 } from '../told'

const rfc = 'RFC 9112, section 9.3'

/** For servers that do not say what they are. */
export const genericServer: Role = {
  recognisedBy: '',
  seen: () => null,
  defaults: [],
  remedies: {
    'enable-keep-alive': () => ({
      title: 'Turn keep-alive on',
      snippet: 'Let HTTP/1.1 connections persist: send no "Connection: close" with ordinary responses.',
      language: 'text',
      where:
        'The server’s configuration, or that of a proxy in front of it: look for keep-alive, persistent connections, idle time-out 0',
      check: 'The server’s own configuration check',
      verify: CURL_TWICE,
      source: rfc,
    }),
    'delimit-responses': () => ({
      title: 'Tell where responses end',
      snippet: 'Send a Content-Length, or HTTP/1.1 with "Transfer-Encoding: chunked", with every response that has a body.',
      language: 'text',
      where: 'The application or gateway that writes the response’s header',
      check: 'curl -v URL',
      verify: 'curl -v shows Content-Length or Transfer-Encoding, and does not say "no chunk, no close, no size".',
      source: 'RFC 9112, section 6.3',
    }),
    'raise-idle-timeout': ({ idleTimeout }) => ({
      title: `Keep idle connections for ${idleTimeout} s`,
      snippet: `keep-alive (idle) time-out: ${idleTimeout} seconds`,
      language: 'text',
      where:
        'The server’s configuration, and every proxy or load balancer on the way: each must keep connections longer than whoever stands in front of it',
      check: 'The server’s own configuration check',
      verify: 'A connection left alone stays open for the new time.',
      source: rfc,
    }),
    'raise-request-limit': ({ requestLimit }) => ({
      title: `Allow ${requestLimit} requests per connection`,
      snippet: `requests per connection: ${requestLimit}`,
      language: 'text',
      where: 'The server’s configuration',
      check: 'The server’s own configuration check',
      verify: MORE_EACH,
      source: rfc,
    }),
    'raise-age-limit': () => ({
      title: 'Let connections grow older',
      snippet: 'maximum age of a connection: a day, or none',
      language: 'text',
      where: 'The server’s configuration, and that of every proxy or load balancer on the way',
      check: 'The server’s own configuration check',
      verify: MORE_EACH,
      source: rfc,
    }),
    'resume-tls': (values) => ({
      title: 'Let TLS sessions be resumed',
      snippet: 'Turn session tickets on, with the same ticket keys on every server of a name, and keep sessions for an hour.',
      language: 'text',
      where:
        'The server or load balancer that ends TLS. With TLS 1.2 this saves a round trip, with TLS 1.3 only bytes and computing',
      check: 'The server’s own configuration check',
      verify: showsResumption(values),
      source: 'RFC 8446, section 2.2; RFC 5077',
    }),
    'use-tls-1.3': (values) => ({
      title: 'Allow TLS 1.3',
      snippet: 'Allow TLS 1.2 and TLS 1.3, and update what cannot: OpenSSL 1.1.1 (2018) and newer speak TLS 1.3.',
      language: 'text',
      where: 'The server or load balancer that ends TLS; where it allows TLS 1.3 already, the client is what is old',
      check: 'The server’s own configuration check',
      verify: showsTls13(values),
      source: 'RFC 8446, section 2',
    }),
    'share-key-groups': (values) => ({
      title: 'Take the key exchange that clients send first',
      snippet:
        'Let the server’s groups (curves) include X25519, and X25519MLKEM768 where its TLS library knows it: clients send a share for these.',
      language: 'text',
      where:
        'The server or load balancer that ends TLS; or the client’s list of groups, whose first is the one it sends a share for',
      check: 'The server’s own configuration check',
      verify: showsOneHello(values),
      source: 'RFC 8446, sections 4.1.4 and 4.2.8',
    }),
    'use-http-2': (values) => ({
      title: 'Offer HTTP/2',
      snippet: 'Offer "h2" beside "http/1.1" in ALPN, over TLS.',
      language: 'text',
      where: 'The server or load balancer that ends TLS. The client must speak it too: browsers do, many libraries must be told',
      check: 'The server’s own configuration check',
      verify: showsHttp2(values),
      source: 'RFC 9113, section 3.2; RFC 7301',
    }),
    coalesce: () => ({
      title: 'Let names share a connection, or be one',
      snippet:
        'One certificate for all the names (or a wildcard), the same addresses for them, and an ORIGIN frame that lists them; or serve everything from one name.',
      language: 'text',
      where:
        'The certificate, the DNS and the server of the names. Names that were split so that browsers open more connections (domain sharding) do harm with HTTP/2: join them. Give resources the same crossorigin mode',
      check: 'openssl s_client -connect HOST:443 -servername NAME </dev/null | openssl x509 -noout -ext subjectAltName',
      verify: 'chrome://net-export: the second name’s requests say that they use an existing HTTP/2 session.',
      source: 'RFC 9113, section 9.1.1; RFC 8336',
    }),
    'find-errors': () => ({
      title: 'Mend what fails',
      snippet:
        'Look up the failed requests in the server’s error log by their time; each error that is mended spares its connection, too.',
      language: 'text',
      where: 'The server’s error log, and the application behind it',
      check: 'The access log shows the statuses with which connections ended',
      verify: 'Fewer responses are errors, and fewer connections end with one.',
      source: 'RFC 9110, section 15.6',
    }),
    listen: ({ port }) => ({
      title: 'See that something listens at the port',
      snippet: `ss -ltn 'sport = :${port}'`,
      language: 'shell',
      where:
        'The server’s machine, or the container’s: the program may be down, starting, or bound to another address (127.0.0.1 is reached from the machine alone). A firewall that rejects answers alike',
      check: `nft list ruleset, or iptables -S, names no rule that rejects port ${port}`,
      verify: 'No attempt is refused.',
      source: 'RFC 9293, section 3.10.7.1; Linux ss(8)',
    }),
    'let-through': ({ port }) => ({
      title: 'Find what drops the SYN',
      snippet: `tcpdump -ni any 'tcp port ${port} and tcp[tcpflags] & tcp-syn != 0'`,
      language: 'shell',
      where:
        'The server’s machine, while a client tries: where the SYN comes in and no SYN/ACK leaves, its firewall drops it or the queue of new connections is full; where none comes in, a firewall, a security group or a route on the way does it, or the address is wrong',
      check: `nft list ruleset, or iptables -S, and the cloud’s security group let port ${port} in`,
      verify: 'No attempt stays without an answer.',
      source: 'RFC 9293, section 3.10.7; Linux tcp(7)',
    }),
    'lengthen-backlog': () => ({
      title: 'Where the queue of new connections overflows: lengthen it',
      snippet:
        'sysctl -w net.core.somaxconn=4096   # and the backlog that the program gives to listen(2), of which the smaller counts',
      language: 'shell',
      where:
        'The server’s machine; for good in /etc/sysctl.d/. Linux drops what does not fit, or resets it with net.ipv4.tcp_abort_on_overflow=1. A program that does not accept in time fills any queue',
      check: 'nstat -az TcpExtListenOverflows TcpExtListenDrops: they have counted up; ss -ltn shows Recv-Q near Send-Q',
      verify: 'nstat TcpExtListenOverflows TcpExtListenDrops stay as they are.',
      source: 'https://man7.org/linux/man-pages/man2/listen.2.html',
    }),
    'find-who-closes': () => ({
      title: 'Find out who closes',
      snippet:
        'Compare the closes’ times with the server’s error log, its restarts and deployments; capture on both sides of each middlebox.',
      language: 'text',
      where: 'The server and whatever stands between it and the client',
      check: 'tcpdump on the server shows whether the FIN or RST came from it',
      verify: 'Fewer connections end without an announced reason.',
      source: 'RFC 9112, section 9.5',
    }),
  },
}
