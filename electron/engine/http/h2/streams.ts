/** The streams of a connection, until each is over. */
import type { LayerHost, UpgradedRequest } from '../layer'
import type { Block } from './header-blocks'
import type { Message } from './message'
import { exchangeFact, newStream, upgradedStream } from './stream'
import type { Half, Stream } from './stream'

/** Streams open at once; servers allow 100 to 1000. */
const MOST_OPEN = 10_000
/** Streams that were reset stay for what was still on its way (§5.4.2). */
const MOST_RESET = 64
const MOST_INFORMATIONAL = 16

export type Role = 'request' | 'response'

/** When and where something ended. */
export interface Moment {
  readonly packet: number
  readonly at: number
}

export class Streams {
  /** There has been a stream. */
  begun = false
  private readonly open = new Map<number, Stream>()
  private readonly reset: Stream[] = []

  constructor(
    private readonly host: LayerHost,
    private readonly scheme: 'http' | 'https',
  ) {}

  has(id: number): boolean {
    return this.open.has(id)
  }

  /** The request of stream 1 was an HTTP/1.1 one that asked to go on in HTTP/2 (RFC 7540 §3.2); it keeps its ordinal. */
  upgraded(request: UpgradedRequest): void {
    this.begun = true
    this.open.set(1, upgradedStream(request))
  }

  /** A header block of the side that sends `role`: a request, a final or an informational response, or trailers. */
  headers(role: Role, block: Block, message: Message, moment: Moment): void {
    const stream = this.open.get(block.stream) ?? (isTrailers(message, block) ? null : this.add(block.stream))
    if (stream === null) return
    const half = stream[role]
    half.octets += block.octets
    if (role === 'response' && message.status !== null && message.status < 200 && !block.endStream) {
      if (stream.informational.length < MOST_INFORMATIONAL) stream.informational.push(message.status)
    } else if (half.message === null || isLaterHead(half.message, message)) this.head(half, block, message, moment)
    if (block.endStream) this.end(stream, half, true, moment)
  }

  /** The server promises a response to a request that it made up (§8.4). */
  promise(block: Block, message: Message, moment: Moment): void {
    const stream = this.open.get(block.promised) ?? this.add(block.promised)
    const half = stream.request
    if (half.message !== null) return
    half.octets += block.octets
    this.head(half, block, message, moment)
    this.end(stream, half, true, moment)
  }

  data(role: Role, id: number, octets: number, endStream: boolean, moment: Moment): void {
    const stream = this.open.get(id)
    // The capture began after its header did: what it answered is not known to have been an exchange.
    if (stream === undefined) return
    const half = stream[role]
    half.octets += octets
    if (endStream) this.end(stream, half, true, moment)
  }

  /** RST_STREAM ends both halves (§6.4). */
  cancel(id: number, moment: Moment): void {
    const stream = this.open.get(id)
    if (stream === undefined || stream.reset) return
    stream.reset = true
    this.reset.push(stream)
    this.end(stream, stream.request, false, moment)
    this.end(stream, stream.response, false, moment)
    if (this.reset.length > MOST_RESET) this.emit(this.reset.shift()!)
  }

  /** The connection is over: what has not ended stays so. */
  finish(): void {
    for (const stream of [...this.open.values()]) this.emit(stream)
  }

  private add(id: number): Stream {
    if (this.open.size >= MOST_OPEN) this.giveUpOldest()
    this.begun = true
    const stream = newStream(id, this.host.nextOrdinal())
    this.open.set(id, stream)
    return stream
  }

  /** Many at once: finding the oldest of a map passes over all that left it. */
  private giveUpOldest(): void {
    let left = MOST_OPEN / 10
    for (const stream of this.open.values()) {
      if (left-- === 0) return
      this.emit(stream)
    }
  }

  private head(half: Half, block: Block, message: Message, moment: Moment): void {
    half.message = message
    half.at = block.at
    half.packet = moment.packet
  }

  private end(stream: Stream, half: Half, whole: boolean, moment: Moment): void {
    if (!half.over || (whole && !half.whole)) {
      half.over = true
      half.whole = whole
      half.endAt = moment.at
    }
    if (stream.request.over && stream.response.over && (!stream.reset || (stream.request.whole && stream.response.whole)))
      this.emit(stream)
  }

  private emit(stream: Stream): void {
    if (!this.open.delete(stream.id)) return
    if (stream.reset) {
      const at = this.reset.indexOf(stream)
      if (at >= 0) this.reset.splice(at, 1)
    }
    this.host.shared.sink.exchange(exchangeFact(this.host.connection, this.scheme, stream))
  }
}

/** What ends a stream whose beginning the capture lacks: fields without any that a message begins with. */
const isTrailers = (message: Message, block: Block): boolean =>
  block.endStream &&
  message.unknown === 0 &&
  message.method === null &&
  message.path === null &&
  message.status === null &&
  message.fields > 0

/** The one before could not be read and this one is a response's: that one was an informational response. */
const isLaterHead = (before: Message, message: Message): boolean =>
  before.status === null && before.method === null && message.status !== null
