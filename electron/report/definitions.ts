/** What the report's words mean, for readers who are new to them: term and definition. */

/** How the numbers are defined, in the reader's words: term and definition. */
export const DEFINITIONS: readonly (readonly [string, string])[] = [
  ['Reuse ratio', 'Requests that were not the first on their connection, divided by all requests.'],
  [
    'Needed',
    'A connection is needed if, when it was opened, every earlier connection that could have served its request was busy. ' +
      'Connections count as alternatives when client, server, port, scheme and host are the same.',
  ],
  ['Avoidable', 'Any other connection: with the earlier ones kept open, one of them was free.'],
  [
    'Setup round trips',
    'Counted from the packets: one for TCP; two for a full TLS 1.2 handshake, one for TLS 1.3 or a resumed TLS 1.2.',
  ],
  ['Setup time', 'From the first SYN to the moment when the client could send its request. Retransmitted SYNs are inside it.'],
  [
    'Wasted',
    'The sum of setup round trips and setup time over the avoidable connections. Nothing estimated is in it, unless the connections themselves are estimates (a HAR without connection ids).',
  ],
  [
    'Slow start',
    'An estimate, always shown apart: round trips that a fresh congestion window (ten segments) needs for the first response.',
  ],
]

export const GLOSSARY: readonly (readonly [string, string])[] = [
  ['Round trip (RTT)', 'The time a packet takes to the server and its answer back.'],
  ['Handshake', 'The exchange of packets that opens a connection, before any request can be sent.'],
  ['Keep-alive', 'Leaving a connection open after a response, so that the next request needs no handshake.'],
  ['Pool', 'The open connections from which a client may choose for a request.'],
  ['Origin', 'Scheme, host and port: what a browser regards as one server.'],
  ['Idle time-out', 'How long a client or server leaves an unused connection open.'],
]
