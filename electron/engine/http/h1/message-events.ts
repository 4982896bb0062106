/** What a message parser tells of the messages it cuts, and what it is told of them. */
import type { Arrival, StreamReader } from '../../tcp/stream-reader'
import type { Head } from './head'
import type { MessageParser } from './parser'

/**
 * What follows a head. 'unknown': its lengths contradict each other, so that nobody can tell where the message ends. 'asked': it
 * asks for a tunnel, and what it is told says who reads what comes next.
 */
export type Body =
  | { readonly kind: 'none' | 'unknown' | 'chunked' | 'until-close' | 'tunnel' | 'asked' }
  | { readonly kind: 'length'; readonly length: number }

/** Where and when a message began. */
export interface Beginning {
  offset: number
  packet: number
  at: number
  /** What its sender had received of the other direction by then; −1 where unknown. */
  acknowledged: number
}

export type Role = 'request' | 'response'

export interface MessageEvents {
  /** The first message of this direction told what it carries. */
  decided(parser: MessageParser, role: Role): void
  /** A head is complete: what follows it? */
  head(parser: MessageParser, head: Head, began: Readonly<Beginning>, end: number, arrival: Arrival): Body
  /** The message is over: `bytes` with its head. `whole` is false when its end is missing. */
  over(parser: MessageParser, bytes: number, whole: boolean, arrival: Arrival): void
  /** May what this direction sends now be something else than the content its last request announced with "Expect: 100-continue"? */
  mayWithhold(parser: MessageParser, arrival: Arrival): boolean
  /** Was that request answered for good, without being told to go on? */
  refused(parser: MessageParser): boolean
  /** Bytes are missing where a message's start was expected or inside a head. */
  lost(parser: MessageParser, from: number): void
  tooLong(arrival: Arrival): void
  /** A TLS handshake begins where a message was looked for. @returns who reads it and what follows; null where nobody does */
  tlsBegins(parser: MessageParser): StreamReader | null
  /** The first bytes of this direction are no message. @returns whether they are the response to a request of HTTP/0.9, which has no head */
  simpleResponse(parser: MessageParser, began: Readonly<Beginning>, arrival: Arrival): boolean
}
