/** HEADERS and PUSH_PROMISE frames with the CONTINUATION frames behind them become header blocks (RFC 9113 §4.3). */
import { u32be } from '../../bytes/read'
import type { Arrival } from '../../tcp/stream-reader'
import { Flag, FrameType } from './frame'
import type { Frame } from './frame'
import { MOST_KEPT } from './frame-reader'

/** A header block that is over. */
export interface Block {
  readonly stream: number
  /** The stream that a PUSH_PROMISE reserves; 0 for HEADERS. */
  readonly promised: number
  readonly endStream: boolean
  /** First octet of its first frame. */
  readonly packet: number
  readonly at: number
  /** Octets of its frames' payloads. */
  octets: number
}

export interface BlockEvents {
  /** `b[start, end)` is the block; null where it is not all there, is malformed or is too long. */
  block(
    block: Block,
    b: Uint8Array | null,
    start: number,
    end: number,
    why: 'lost' | 'malformed' | 'too-long' | null,
    arrival: Arrival,
  ): void
}

/** So many CONTINUATION frames never make a header block that anyone would take (the flood of CVE-2024-27316 and others). */
const MOST_CONTINUATIONS = 256

export class HeaderBlocks {
  private open: Block | null = null
  private parts: Uint8Array | null = null
  private held = 0
  private continuations = 0
  private trouble: 'lost' | 'malformed' | 'too-long' | null = null

  constructor(private readonly events: BlockEvents) {}

  /** A HEADERS or PUSH_PROMISE frame is over; b is null where its payload is not all there. */
  begin(frame: Frame, b: Uint8Array | null, start: number, end: number, arrival: Arrival): void {
    this.interrupted(arrival)
    const { flags, type } = frame
    let p = start
    let e = end
    if (b !== null && (flags & Flag.padded) !== 0) e -= p < e ? b[p++]! : 1
    if (type === FrameType.headers && (flags & Flag.priority) !== 0) p += 5
    const promising = type === FrameType.pushPromise
    const promised = promising && b !== null && p + 4 <= end ? u32be(b, p) & 0x7fff_ffff : 0
    if (promising) p += 4
    const endStream = !promising && (flags & Flag.endStream) !== 0
    this.open = { stream: frame.stream, promised, endStream, packet: frame.packet, at: frame.at, octets: frame.length }
    this.trouble = b === null ? (frame.length > MOST_KEPT ? 'too-long' : 'lost') : p > e ? 'malformed' : null
    this.parts = null
    this.held = this.continuations = 0
    this.fragment(b, p, e, (flags & Flag.endHeaders) !== 0, arrival)
  }

  continue(frame: Frame, b: Uint8Array | null, start: number, end: number, arrival: Arrival): void {
    const { open } = this
    // Its beginning was missed: whose it is we know, what it says we do not.
    if (open?.stream !== frame.stream) {
      this.interrupted(arrival)
      return
    }
    open.octets += frame.length
    if (b === null) this.trouble ??= 'lost'
    if (++this.continuations > MOST_CONTINUATIONS) this.tooLong()
    this.fragment(b, start, end, (frame.flags & Flag.endHeaders) !== 0, arrival)
  }

  /** Another frame came, or bytes are missing, before the block was over (§6.10: nothing may come between). */
  interrupted(arrival: Arrival): void {
    if (this.open === null) return
    this.trouble ??= 'lost'
    this.over(null, 0, 0, arrival)
  }

  private fragment(b: Uint8Array | null, start: number, end: number, last: boolean, arrival: Arrival): void {
    if (last && this.held === 0) this.over(b, start, end, arrival)
    else {
      if (b !== null && this.trouble === null) this.keep(b, start, end)
      if (last) this.over(this.parts, 0, this.held, arrival)
    }
  }

  private keep(b: Uint8Array, start: number, end: number): void {
    const needed = this.held + end - start
    if (needed > MOST_KEPT) {
      this.tooLong()
      return
    }
    if (this.parts === null || needed > this.parts.length) {
      const larger = new Uint8Array(Math.max(1024, needed * 2))
      if (this.parts !== null) larger.set(this.parts.subarray(0, this.held))
      this.parts = larger
    }
    this.parts.set(b.subarray(start, end), this.held)
    this.held = needed
  }

  private tooLong(): void {
    this.trouble ??= 'too-long'
    this.parts = null
  }

  private over(b: Uint8Array | null, start: number, end: number, arrival: Arrival): void {
    const { open, trouble } = this
    this.open = this.parts = null
    this.held = 0
    if (open !== null) this.events.block(open, trouble === null ? b : null, start, end, trouble, arrival)
  }
}
