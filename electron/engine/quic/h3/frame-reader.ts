/** HTTP/3 frames (RFC 9114 §7.1) out of a stream's bytes, however these are cut. */
import type { Budget } from '../../bytes/budget'
import { u8 } from '../../bytes/read'
import type { Arrival, StreamReader } from '../../tcp/stream-reader'
import { Cursor } from '../cursor'

export const FrameType = { data: 0, headers: 1, settings: 4, pushPromise: 5, goaway: 7 } as const

export interface FrameEvents {
  /** A frame of those kept whole: b[start, end) is its payload, valid during the call; null where it is not all there or too long. */
  frame(type: number, b: Uint8Array | null, start: number, end: number, length: number, began: Moment, arrival: Arrival): void
  /** Bytes of DATA; nothing of them is kept. */
  octets(length: number): void
  /** The stream's end. `whole`: nothing was missing, and no frame was cut. */
  end(whole: boolean, arrival: Arrival): void
}

export interface Moment {
  readonly packet: number
  readonly at: number
}

const KEPT: ReadonlySet<number> = new Set([FrameType.headers, FrameType.settings, FrameType.pushPromise, FrameType.goaway])
/** A header section beyond this is given up. */
const MOST_KEPT = 1 << 18
/** Two variable-length integers. */
const LONGEST_HEADER = 16

export class FrameReader implements StreamReader {
  private readonly header = new Uint8Array(LONGEST_HEADER)
  private headerLength = 0
  private type = -1
  private length = 0
  /** Bytes left of the present frame's payload. */
  private left = 0
  private payload: Uint8Array | null = null
  private filled = 0
  private broken = false
  private began: Moment = { packet: 0, at: 0 }
  private whole = true

  /** @param budget counts frames that are not whole yet */
  constructor(
    private readonly events: FrameEvents,
    private readonly budget: Budget | null = null,
  ) {}

  /** Nothing more is read: what there is of a frame goes. */
  release(): void {
    this.budget?.give(this.payload?.length ?? 0)
    this.payload = null
  }

  data(buf: Uint8Array, start: number, end: number, _offset: number, arrival: Arrival): void {
    for (let p = start; p < end;) {
      if (this.broken) return
      if (this.type < 0) p = this.readHeader(buf, p, end, arrival)
      else p = this.readPayload(buf, p, end, arrival)
    }
  }

  missing(length: number, _offset: number, _lost: boolean, arrival: Arrival): void {
    this.whole = false
    if (this.type < 0 || length > this.left) {
      // Where the next frame begins is not known.
      if (this.type >= 0 && this.type !== FrameType.data) this.give(null, 0, 0, arrival)
      this.broken = true
      return
    }
    this.release()
    this.filled = -1
    if (this.type === FrameType.data) this.events.octets(length)
    this.pass(length, arrival)
  }

  end(arrival: Arrival): void {
    this.events.end(this.whole && !this.broken && this.type < 0 && this.headerLength === 0, arrival)
  }

  private readHeader(buf: Uint8Array, start: number, end: number, arrival: Arrival): number {
    let p = start
    if (this.headerLength === 0) this.began = { packet: arrival.packet, at: arrival.at }
    while (p < end && this.headerLength < LONGEST_HEADER) {
      this.header[this.headerLength++] = u8(buf, p++)
      const c = new Cursor(this.header, 0, this.headerLength)
      const type = c.varint()
      const length = c.varint()
      if (c.failed) continue
      this.headerLength = 0
      this.type = type
      this.length = this.left = length
      this.filled = 0
      if (length === 0) this.pass(0, arrival)
      break
    }
    return p
  }

  private readPayload(buf: Uint8Array, start: number, end: number, arrival: Arrival): number {
    const n = Math.min(this.left, end - start)
    if (this.type === FrameType.data) this.events.octets(n)
    else if (KEPT.has(this.type) && this.filled >= 0 && this.length <= MOST_KEPT) {
      if (n === this.length) {
        // All of it at once: nothing is copied.
        this.give(buf, start, start + n, arrival)
        this.left = 0
        this.type = -1
        return start + n
      }
      this.keep(buf, start, start + n, arrival.packet)
    }
    this.pass(n, arrival)
    return start + n
  }

  private keep(buf: Uint8Array, start: number, end: number, packet: number): void {
    const needed = this.filled + end - start
    if (this.payload === null || needed > this.payload.length) {
      const larger = new Uint8Array(Math.min(this.length, Math.max(needed * 2, 256)))
      if (this.payload !== null) larger.set(this.payload.subarray(0, this.filled))
      const afforded = this.budget?.take(larger.length - (this.payload?.length ?? 0), packet) ?? true
      this.payload = larger
      if (!afforded) {
        // As if this part of the frame were missing.
        this.release()
        this.filled = -1
        return
      }
    }
    this.payload.set(buf.subarray(start, end), this.filled)
    this.filled = needed
  }

  private pass(length: number, arrival: Arrival): void {
    this.left -= length
    if (this.left > 0) return
    if (this.type !== FrameType.data) {
      const there = this.filled === this.length
      this.give(there ? (this.payload ?? this.header) : null, 0, there ? this.length : 0, arrival)
    }
    this.type = -1
    this.release()
  }

  private give(b: Uint8Array | null, start: number, end: number, arrival: Arrival): void {
    if (KEPT.has(this.type)) this.events.frame(this.type, b, start, end, this.length, this.began, arrival)
  }
}
