/**
 * Protocols in one another: TCP carries HTTP/1, or TLS that carries HTTP/2, or SOCKS that carries TLS. Each is a layer: it
 * reads both directions of what carries it, and gives what it carries itself to the layer inside.
 */
import type { Application, FactSink, Http2Fact, TlsFact } from '../../../shared/model/facts'
import type { Budget } from '../bytes/budget'
import type { TextCache } from '../bytes/text'
import type { Diagnostics } from '../capture/diagnostics'
import type { Arrival, StreamReader } from '../tcp/stream-reader'
import type { RequestHead } from './h1/head'
import type { KeyLog } from '../tls/keylog'

/** Which of a connection's two endpoints. */
export type End = 0 | 1

export const otherEnd = (end: End): End => (end === 0 ? 1 : 0)

/** What all conversations of a capture share. */
export interface Shared {
  readonly sink: FactSink
  readonly diagnostics: Diagnostics
  readonly texts: { readonly common: TextCache }
  /** The secrets known so far; more may come while the capture is read. */
  readonly keys: KeyLog
  /** What all connections together may hold back. */
  readonly budget: Budget
}

/** One protocol's reading of a connection, or of what another protocol carries. */
export interface Layer {
  /** The reader of what each end sends. Calls come in the order of the capture; bytes are valid during the call only. */
  readonly streams: readonly [StreamReader, StreamReader]
  /** Nothing more will come: what is unfinished is given to the sink as it is. Called once. */
  finish(last: Arrival): void
}

/** Something that delivers one end's bytes, and lets another reader take over. */
export interface Carrier {
  reader: StreamReader
}

export type Carriers = readonly [Carrier, Carrier]

/** What a layer knows of its connection, and tells it. */
export interface LayerHost {
  readonly shared: Shared
  /** The number of the connection, for exchange facts. */
  readonly connection: number
  /** Who sends requests; null until known. */
  readonly client: End | null
  /** A message told who is the client. */
  clientIs(end: End): void
  /** What the connection is for, as far as the innermost layer understood knows. */
  application: Application
  /** The outermost TLS session on the connection, which tells of itself at the end. */
  tls: TlsReport | null
  /** The HTTP/2 layer on the connection, which tells what its ends announced. */
  http2: Http2Report | null
  /** The ordinal of the next exchange, which it counts: call it once for each exchange given to the sink, before that. */
  nextOrdinal(): number
  /** Reads what a layer carries with the layer that its first bytes call for. */
  open(carriers: Carriers, place: Place): Layer
}

export interface TlsReport {
  /** @param clientLeg from the capture's place to the client and back, in nanoseconds; 0 where it is not known */
  fact(client: End, clientLeg: number): TlsFact
}

export interface Http2Report {
  fact(client: End): Http2Fact
}

/** Where a layer lies. */
export interface Place {
  readonly scheme: 'http' | 'https'
  /** Layers around it: no more than a few are opened in one another. */
  readonly depth: number
  /** The protocol agreed on before (ALPN, Upgrade), when it was. */
  readonly agreed: 'h2' | null
  /** After an HTTP/1.1 Upgrade: takes over the request that asked for it, once. Null where it was not seen or is taken. */
  readonly upgraded?: () => UpgradedRequest | null
}

/** An HTTP/1.1 request that another protocol answers (RFC 9110 §7.8). */
export interface UpgradedRequest {
  readonly ordinal: number
  readonly head: RequestHead | null
  /** Where the request's header ended, and when its first and last octet came; null where not seen. */
  readonly packet: number | null
  readonly at: number | null
  readonly endAt: number | null
  readonly bytes: number
  readonly whole: boolean
}

export const OUTERMOST: Place = { scheme: 'http', depth: 0, agreed: null }

/** Reads nothing: what an unknown protocol carries. */
export const UNREAD: StreamReader = {
  data: () => undefined,
  missing: () => undefined,
  end: () => undefined,
}
