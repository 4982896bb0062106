/**
 * Facts: what was seen, before any judgement. The engine makes them, the store keeps them, the audit reads them.
 * Terms follow RFC 9293 (TCP), RFC 9110 and 9112 (HTTP) and RFC 8446 (TLS).
 */
import type { Bytes, Nanos, TimeBase } from '../units'

export interface Endpoint {
  readonly ip: string
  readonly port: number
}

export type Side = 'client' | 'server'
export interface PerSide<T> {
  readonly client: T
  readonly server: T
}

/** A packet's number over the whole input, counted from 1. 0 where there is none (HAR). */
export type PacketNumber = number

/** Something that happened at a packet. */
export interface Sighting {
  readonly packet: PacketNumber
  readonly at: Nanos
}

export type Transport = 'tcp' | 'quic' | 'har'
/** How client and server were told apart; 'syn' is also said of a QUIC client's Initial or 0-RTT packet. */
export type SidesKnownBy = 'syn' | 'request' | 'port'
export type Application = 'http/1' | 'h2' | 'h3' | 'websocket' | 'tls' | 'tunnel' | 'unknown'

export interface Handshake {
  /** SYN, SYN/ACK and the ACK of it were all seen. */
  readonly complete: boolean
  /** The first SYN, and how many were sent with its sequence number. */
  readonly syn: (Sighting & { readonly count: number }) | null
  readonly synAck: (Sighting & { readonly count: number }) | null
  readonly ack: Sighting | null
  /** time(ACK) − time(last SYN before the SYN/ACK). */
  readonly rtt: Nanos | null
  /** Data in the SYN was acknowledged by the SYN/ACK (RFC 7413). */
  readonly fastOpen: boolean
}

/** What TCP did on a connection besides carrying it (RFC 9293). None of it is HTTP's: a TCP keep-alive probe keeps no HTTP connection persistent. */
export interface TcpFact {
  /**
   * How it was opened; null where that was not seen whole. 'simultaneous': both ends sent a SYN before the other's came (§3.5, figure 7);
   * 'split': the server answered the SYN with a SYN of its own, which the client acknowledged.
   */
  readonly opening: 'three-way' | 'simultaneous' | 'split' | null
  /** The connection that had the same addresses and ports right before, where it was still remembered; null otherwise. */
  readonly samePortsAs: number | null
  /** Keep-alive probes that each side sent (§3.8.4). */
  readonly keepAliveProbes: PerSide<number>
  /** How often each side told that it had no room left for data (a zero window, §3.8.6.1), and for how long in all. */
  readonly zeroWindows: PerSide<number>
  readonly zeroWindowTime: PerSide<Nanos>
  /** RSTs that did not end the connection: outside the receive window (§3.10.7.4), or followed by data that was acknowledged. */
  readonly ignoredResets: number
  /** The first of them. */
  readonly ignoredReset: (Sighting & { readonly by: Side }) | null
  /** Segments with data behind their sender's FIN, which no receiver takes. */
  readonly dataAfterFin: PerSide<number>
  /** Segments that brought new bytes together with bytes seen before, of which the first were kept. */
  readonly overlaps: number
  /** How often the client sent its last bytes again; absent where it did not. */
  readonly clientLastResent?: number
}

export interface TlsFact {
  readonly version: string | null
  readonly sni: string | null
  readonly alpn: string | null
  readonly kind: 'full' | 'resumed' | 'early-data' | 'unknown'
  readonly helloRetry: boolean
  readonly roundTrips: number
  readonly decrypted: boolean
  /**
   * ClientHello to the moment the client could send application data: its own Finished, or the server's where that comes last (a full
   * handshake before TLS 1.3, unless the client used False Start). As the client saw it, wherever the capture was taken.
   */
  readonly setup: Nanos | null
  /** The common name and DNS names of the server's certificate, where it was sent in clear (before TLS 1.3) or decrypted. */
  readonly certificateNames?: readonly string[]
  /**
   * An estimate, never to be mixed into exact figures: how often the client spoke anew in application records (in QUIC: packets), which without
   * keys is the nearest there is to a number of requests. Absent where the exchanges themselves could be read.
   */
  readonly estimatedTurns?: number
  /** An estimate from the same turns: how long the connection was idle. Absent where the exchanges themselves could be read. */
  readonly estimatedIdle?: EstimatedIdle
  /** The protocols that the client offered (ALPN, RFC 7301), in its order; absent where it offered none, or no ClientHello was seen. */
  readonly alpnOffered?: readonly string[]
  /**
   * What became of the early data (0-RTT) that the client offered (RFC 8446 §4.2.10): 'offered' where the answer was not seen. What was
   * rejected is sent again once the handshake is over. Absent where none was offered.
   */
  readonly earlyData?: 'offered' | 'accepted' | 'rejected'
  /**
   * The ClientHello is an outer one (Encrypted ClientHello, RFC 9849): `sni` may be a public name that stands for the real one. Clients send
   * such an extension also where it hides nothing (GREASE, §6.2), which nobody who looks on can tell. Absent where it was not sent.
   */
  readonly encryptedClientHello?: true
  /** Who said that it would send no more (close_notify, RFC 8446 §6.1); encrypted ones are told by their size. */
  readonly closeNotify?: PerSide<boolean>
  /** Who said so first, and where. */
  readonly closedBy?: Sighting & { readonly by: Side }
  /** The first fatal alert that could be read, by its number (RFC 8446 §6). */
  readonly fatalAlert?: { readonly by: Side; readonly description: number }
}

/** Idle times of a connection whose requests cannot be read, by when each side spoke in application records (in QUIC: packets). */
export interface EstimatedIdle {
  /** Between the end of what the server said and the client's next turn: the longest first, at most 5, none below 50 ms. */
  readonly gaps: readonly { readonly since: Nanos; readonly length: Nanos }[]
  /** End of the server's last turn, from which the idle time before the close counts; null where the client spoke last, or never. */
  readonly since: Nanos | null
}

/** In QUIC a CONNECTION_CLOSE, where it could be read: 'fin' without an error, 'rst' with one; a stateless reset is 'rst', too. */
export interface Close extends Sighting {
  readonly by: Side
  readonly how: 'fin' | 'rst'
}

/** What the ends of an HTTP/2 connection told each other about it (RFC 9113). */
export interface Http2Fact {
  /** Streams that the server lets the client have open at once (SETTINGS_MAX_CONCURRENT_STREAMS, §6.5.2), as last told; null where it set no limit. */
  readonly maxConcurrentStreams: number | null
  /**
   * The first GOAWAY (§6.8): who announced the end, and where. `lastStream` and `errorCode` are as that side last revised them: a
   * graceful shutdown begins with stream 2^31 − 1 and tells the real one later.
   */
  readonly goaway: (Sighting & { readonly by: Side; readonly lastStream: number; readonly errorCode: number }) | null
  /** Origins of ORIGIN frames (RFC 8336), as sent: requests for them may share the connection. At most 100. */
  readonly origins: readonly string[]
  /** Values of ALTSVC frames (RFC 7838 §4), as sent. At most 100. */
  readonly alternatives: readonly string[]
}

/** What keeps a connection out of the ratios it would falsify. */
export type ConnectionMark =
  | 'mid-stream' // the capture began after the connection did
  | 'one-sided' // only one direction was captured
  | 'gap' // bytes are missing inside
  | 'truncated' // packets cut by the snapshot length took payload away
  | 'estimated' // a HAR without connection ids: inferred from connect timings
  | 'from-har' // encrypted: its requests are a HAR's, matched by server, time and size
  | 'unfinished' // still open when the capture ended

export interface ConnectionFact {
  readonly id: number
  readonly transport: Transport
  readonly client: Endpoint
  readonly server: Endpoint
  readonly sidesKnownBy: SidesKnownBy
  /** VLAN and tunnel identifiers that tell this connection from others with the same addresses ("vlan 12 / vxlan 7"), or "". */
  readonly path: string
  readonly first: Sighting
  readonly last: Sighting
  readonly packets: PerSide<number>
  /** Distinct payload bytes: retransmissions are not counted twice. */
  readonly bytes: PerSide<Bytes>
  readonly handshake: Handshake | null
  /**
   * How long opening the connection took, where there is no TCP handshake. HAR, which shows no packets: as its exporter measured it
   * (`timings.connect`, TLS included; the TLS part is also in `tls.setup`), absent where it was not measured because the connection was
   * opened before the recording began. QUIC: from the client's first Initial to its Finished, 0 where early data was taken; absent where
   * that was not seen.
   */
  readonly setupTime?: Nanos
  /** QUIC only: from the client's last Initial before the server's first packet to the client's first packet after it. */
  readonly rtt?: Nanos
  /**
   * TCP only: the shortest round trip in the connection's whole life, as Linux has it in `tcpi_min_rtt`: the sum of both parts of
   * {@link minRttTo}; absent where one of them is not known. The handshake's is a single measurement, this one does without what machines
   * and queues added to it.
   */
  readonly minRtt?: Nanos
  /**
   * TCP only: the shortest time from the capture's place to each side and back: from a SYN or new data to its acknowledgment, never of
   * segments that were sent again (RFC 6298 §3). null where nothing could be timed.
   */
  readonly minRttTo?: PerSide<Nanos | null>
  readonly retransmissions: number
  /** Packets captured twice (mirror port, `any` interface), left out of everything but the packet counts. */
  readonly duplicates?: number
  /** Stretches of bytes the capture lacks. */
  readonly gaps: number
  /** Absent where the connection is not TCP, or a HAR's. */
  readonly tcp?: TcpFact
  readonly tls: TlsFact | null
  readonly application: Application | null
  /** Absent or null where the connection was not read as HTTP/2. */
  readonly http2?: Http2Fact | null
  /** The first FIN or RST that closed it; null while open at the capture's end. */
  readonly close: Close | null
  /** The first FIN of each side. */
  readonly fin: PerSide<Sighting | null>
  /** The first RST that ended it. */
  readonly reset: (Sighting & { readonly by: Side }) | null
  readonly marks: readonly ConnectionMark[]
  readonly exchangeCount: number
}

/** What a message's header said about persistence (RFC 9112 §9). */
export interface Persistence {
  /** The Connection field's value (towards a proxy that of Proxy-Connection, where there is no other) as sent, folded to one line and cut at 200 characters; null if absent. */
  readonly connection: string | null
  /** May another request follow, by this message's version and Connection field alone? */
  readonly keepsAlive: boolean
}

export interface ExchangeFact {
  readonly connection: number
  /** Place on its connection, from 0. */
  readonly ordinal: number
  /** HTTP/2 or HTTP/3 stream id; null for HTTP/1. */
  readonly stream: number | null
  /** The request's version as sent ("HTTP/1.1"); the response's where no request was seen. */
  readonly version: string
  readonly responseVersion: string | null
  readonly method: string | null
  readonly authority: string | null
  readonly target: string | null
  readonly scheme: 'http' | 'https' | null
  /** The packet in which the request's header ended; null where the request was not seen. */
  readonly requestPacket: PacketNumber | null
  /** First byte of the request. */
  readonly requestAt: Nanos | null
  /** Last byte of the request. */
  readonly requestEndAt: Nanos | null
  readonly status: number | null
  /** The packet in which the final response's header ended. */
  readonly responsePacket: PacketNumber | null
  /** First byte of the final response. */
  readonly responseAt: Nanos | null
  /** Last byte of the response. */
  readonly completeAt: Nanos | null
  /** Statuses of the 1xx responses before the final one. */
  readonly informational: readonly number[]
  /** HTTP/1: octets of the message. HTTP/2: octets of the payloads of its HEADERS, CONTINUATION, PUSH_PROMISE and DATA frames, padding included. */
  readonly requestBytes: Bytes
  readonly responseBytes: Bytes
  readonly complete: boolean
  readonly request: Persistence | null
  readonly response: Persistence | null
  /** The Keep-Alive field's parameters in the response, timeout in seconds. */
  readonly advertised: { readonly timeout: number | null; readonly max: number | null } | null
  /** The response's end was the connection's close (RFC 9112 §6.3, rule 8). */
  readonly closeDelimited: boolean
  readonly userAgent: string | null
  /** The response's Server field. */
  readonly serverProduct: string | null
  /** The Via field of request and of response. */
  readonly requestVia: string | null
  readonly responseVia: string | null
  /** An X-Forwarded-For or Forwarded field was in the request: a proxy sent it. */
  readonly forwarded: boolean
  /**
   * Fields of the request and of the response that name the product which sent it ("cf-ray x-varnish"), from a short list, with a space
   * between them. Null or absent where there are none.
   */
  readonly requestMarks?: string | null
  readonly responseMarks?: string | null
  /**
   * The request carried a Cookie, Authorization or Proxy-Authorization field; what they held is never kept. Null or absent where the request was
   * not seen.
   */
  readonly credentials?: boolean | null
  /**
   * The response (401 or 407) asked for an authentication that is bound to the connection: NTLM, or Negotiate (RFC 4559). Null or
   * absent where it did not.
   */
  readonly connectionAuth?: 'NTLM' | 'Negotiate' | null
  /** What proxies on the way wrote into request and response; absent, like null, where they wrote nothing that is known. */
  readonly forwarding?: Forwarding | null
}

/** Proxies' fields of an exchange, besides Via. Names are in lower case and in a fixed order, separated by a space. */
export interface Forwarding {
  readonly requestFields: string | null
  readonly responseFields: string | null
  /** Among them are some that only proxies write; trace and request identifiers are none of these. */
  readonly sentByProxy: boolean
  readonly answeredByProxy: boolean
  /** Whom the request was sent on for: the addresses of X-Forwarded-For or Forwarded (RFC 7239), as sent, at most 200 characters. */
  readonly forwardedFor: string | null
  /**
   * What may identify the request on every leg of its way: the values of X-Request-Id, CF-Ray, X-Amz-Cf-Id, the trace of traceparent
   * and their like, of request and response, separated by a space. At most eight of at most 80 characters.
   */
  readonly ids: string | null
}

export type Severity = 'info' | 'warning' | 'error'

/** What a decoder noticed and lived with. */
export interface Diagnostic {
  readonly severity: Severity
  /** Stable, kebab-case: "truncated-packet". */
  readonly code: string
  readonly packet: PacketNumber | null
  /** Byte offset in the input. */
  readonly offset: number | null
  /** One sentence a person can act on. */
  readonly message: string
  /** How often it was seen, when it was counted rather than listed. */
  readonly count: number
}

export interface CaptureFact {
  /** The file's name without its folder. */
  readonly file: string
  readonly format: 'pcap' | 'pcapng' | 'har'
  readonly compression: 'gzip' | 'zstd' | 'lz4' | null
  readonly packets: number
  /** LINKTYPE values, in order of appearance. */
  readonly linkTypes: readonly number[]
  readonly timeBase: TimeBase
  readonly firstAt: Nanos | null
  readonly lastAt: Nanos | null
  /** The file ends in the middle of a record. */
  readonly truncated: boolean
  /** Packets that the capturing machine says it dropped; null where it says nothing. */
  readonly dropped?: number | null
  /** Bytes of the file. */
  readonly size: Bytes
}

/** Where facts go, in the order in which they become known. Every method returns at once. */
export interface FactSink {
  /**
   * A connection that ended, was given up, or was open at the end. All its exchanges were given before.
   *
   * @param capture which of the files read as one held its first packet, counted from 0; 0 where it is left out
   */
  connection(fact: ConnectionFact, capture?: number): void
  exchange(fact: ExchangeFact): void
  diagnostic(fact: Diagnostic): void
}
