/** A bidirectional stream: one request and its response (RFC 9114 §4.1). */
import { decodeMessage } from '../../http/h2/message'
import type { Message } from '../../http/h2/message'
import type { Half, Stream } from '../../http/h2/stream'
import { Direction } from '../../tcp/direction'
import type { Arrival } from '../../tcp/stream-reader'
import type { QpackDecoder } from '../qpack/decoder'
import type { Budget } from '../../bytes/budget'
import { Cursor } from '../cursor'
import { letGo } from '../let-go'
import { CLIENT } from '../role'
import type { Role } from '../role'
import { FrameReader, FrameType } from './frame-reader'
import type { FrameEvents, Moment } from './frame-reader'
import type { BlockedSections } from './blocked-sections'

const MOST_INFORMATIONAL = 16

/** What one side sends on a request stream. */
export class StreamHalf implements FrameEvents {
  readonly direction: Direction
  /** Reads what this side sends, where it is in order already. */
  readonly frames: FrameReader
  /** Sections that wait for QPACK insertions: the half is not over while there are any. */
  private waiting = 0
  private ended = false

  constructor(
    private readonly role: Role,
    private readonly stream: Stream,
    private readonly half: Half,
    private readonly decoder: QpackDecoder,
    private readonly blocked: BlockedSections,
    private readonly onOver: () => void,
    budget: Budget,
    private readonly onPromise: (pushId: number, request: Half) => void = () => undefined,
  ) {
    this.frames = new FrameReader(this, budget)
    this.direction = new Direction(this.frames, budget)
  }

  /** The exchange was given: nothing more is read of it. */
  release(): void {
    letGo(this.direction)
    this.frames.release()
  }

  get over(): boolean {
    return this.ended && this.waiting === 0
  }

  frame(type: number, b: Uint8Array | null, start: number, end: number, length: number, began: Moment, arrival: Arrival): void {
    if (type === FrameType.pushPromise && b !== null && this.role !== CLIENT)
      return this.promise(b, start, end, began, arrival.packet)
    if (type !== FrameType.headers) return
    this.half.octets += length
    const { packet } = arrival
    if (b === null) this.lost(began)
    else if (!this.decoder.isBlocked(b, start, end)) this.section(b, start, end, began, packet)
    else {
      this.waiting++
      const kept = b.slice(start, end)
      this.blocked.add(this.decoder, kept, packet, () => {
        this.waiting--
        this.section(kept, 0, kept.length, began, packet)
        if (this.over) this.onOver()
      })
    }
  }

  /** The request that a push will answer: its number, and its header section (RFC 9114 §7.2.5). */
  private promise(b: Uint8Array, start: number, end: number, began: Moment, packet: number): void {
    const c = new Cursor(b, start, end)
    const pushId = c.varint()
    if (c.failed) return
    const give = (section: Uint8Array, from: number, to: number): void => {
      const { message } = decodeMessage(this.decoder, section, from, to)
      const seen = { at: began.at, packet, octets: end - start, over: true, whole: true, endAt: began.at }
      this.onPromise(pushId, { message, ...seen })
    }
    if (!this.decoder.isBlocked(b, c.pos, end)) return give(b, c.pos, end)
    const kept = b.slice(c.pos, end)
    this.blocked.add(this.decoder, kept, packet, () => give(kept, 0, kept.length))
  }

  octets(length: number): void {
    this.half.octets += length
  }

  /** The stream's end, or its reset. */
  end(whole: boolean, arrival: Arrival): void {
    if (this.ended) return
    this.ended = true
    this.half.over = true
    this.half.whole = whole
    this.half.endAt = arrival.at
    if (this.over) this.onOver()
  }

  private section(b: Uint8Array, start: number, end: number, began: Moment, packet: number): void {
    this.message(decodeMessage(this.decoder, b, start, end).message, began, packet)
  }

  /** The first section is the head, the next after a final one the trailers (RFC 9114 §4.1). */
  private message(message: Message, began: Moment, packet: number): void {
    const { half, stream } = this
    if (half.message !== null) return
    if (this.role !== CLIENT && message.status !== null && message.status < 200) {
      if (stream.informational.length < MOST_INFORMATIONAL) stream.informational.push(message.status)
      return
    }
    half.message = message
    half.at = began.at
    half.packet = packet
  }

  private lost(began: Moment): void {
    if (this.half.at < 0) this.half.at = began.at
  }
}
