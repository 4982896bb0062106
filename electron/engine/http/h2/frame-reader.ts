/**
 * One direction of an HTTP/2 connection, cut into frames. Payloads are kept only as far as they are read: never those of DATA.
 * Where bytes are missing, frames are looked for again.
 */
import type { Arrival, StreamReader } from '../../tcp/stream-reader'
import { Flag, FrameType, HEADER_OCTETS, INITIAL_FRAME_SIZE, isPlausible, readHeader } from './frame'
import type { Frame } from './frame'
import { PREFACE } from './preface'
import { findFrame } from './resync'

export interface FrameEvents {
  /** The client's connection preface. */
  preface(reader: FrameReader): void
  /**
   * A frame is over; `reader.frame` is its header. Its payload is b[start, end), valid during the call; null where it is not one
   * that is kept (DATA), is too large, or is not all there.
   */
  frame(reader: FrameReader, b: Uint8Array | null, start: number, end: number, arrival: Arrival): void
  /** The frame under way will not end: `received` octets of its payload have come. */
  cut(reader: FrameReader, received: number): void
  /** Frames have been missed, or may have been. `why`: the stream began before the capture, bytes are missing, what came was no frame. */
  lost(reader: FrameReader, why: 'mid-stream' | 'gap' | 'broken', arrival: Arrival): void
  /** No frames were found any more. */
  givenUp(reader: FrameReader, arrival: Arrival): void
}

const State = { begin: 0, header: 1, keep: 2, skip: 3, hunt: 4, dead: 5 } as const
type State = (typeof State)[keyof typeof State]

/** Of a payload; larger ones are skipped. Header blocks are bounded by as much. */
export const MOST_KEPT = 256 << 10
const MOST_HUNTED = 4 << 20
const MOST_LOSSES = 64

const KEPT = new Set<number>([
  FrameType.headers,
  FrameType.rstStream,
  FrameType.settings,
  FrameType.pushPromise,
  FrameType.goaway,
  FrameType.continuation,
  FrameType.altSvc,
  FrameType.origin,
])

export class FrameReader implements StreamReader {
  readonly frame: Frame = { length: 0, type: 0, flags: 0, stream: 0, packet: 0, at: 0 }
  /** What the other end allows; frames that are looked for are not larger. */
  largest = INITIAL_FRAME_SIZE
  private state: State = State.begin
  /** The stream's frames have been followed from its start, so that a header is where one must be. */
  private trusted = false
  private matched = 0
  private readonly head = new Uint8Array(HEADER_OCTETS)
  private headOctets = 0
  private remaining = 0
  private damaged = false
  private stash: Uint8Array | null = null
  private stashed = 0
  private first = true
  private hunted = 0
  private losses = 0

  constructor(private readonly events: FrameEvents) {}

  /** What is left of a payload that is not kept. */
  get onlyCounted(): number {
    if (this.state === State.skip) return this.remaining
    return this.state === State.dead ? Infinity : 0
  }

  data(b: Uint8Array, start: number, end: number, _offset: number, arrival: Arrival): void {
    let p = start
    while (p < end) {
      switch (this.state) {
        case State.begin:
          p = this.readPreface(b, p, arrival)
          break
        case State.header:
          p = this.readFrameHeader(b, p, end, arrival)
          break
        case State.keep:
          p = this.readPayload(b, p, end, arrival)
          break
        case State.skip: {
          const n = Math.min(this.remaining, end - p)
          this.remaining -= n
          p += n
          if (this.remaining === 0) this.finishFrame(null, 0, 0, arrival)
          break
        }
        case State.hunt:
          p = this.hunt(b, p, end, arrival)
          break
        case State.dead:
          return
      }
    }
  }

  missing(length: number, _offset: number, _lost: boolean, arrival: Arrival): void {
    switch (this.state) {
      case State.keep:
      case State.skip:
        if (this.state === State.keep) this.damaged = true
        this.state = State.skip
        if (length < this.remaining) {
          this.remaining -= length
          return
        }
        if (length === this.remaining) {
          this.remaining = 0
          this.finishFrame(null, 0, 0, arrival)
          return
        }
        this.finishFrame(null, 0, 0, arrival)
        this.lose('gap', arrival)
        return
      case State.begin:
      case State.header:
        this.lose('gap', arrival)
        return
      default:
        return
    }
  }

  end(): void {
    // A connection's end ends no frame.
  }

  /** Nothing more will come. */
  abandon(): void {
    if (this.state === State.keep || this.state === State.skip) this.events.cut(this, this.frame.length - this.remaining)
    this.state = State.dead
    this.stash = null
  }

  private readPreface(b: Uint8Array, p: number, arrival: Arrival): number {
    if (b[p] === PREFACE[this.matched]) {
      if (++this.matched === PREFACE.length) {
        this.trusted = true
        this.expectHeader()
        this.events.preface(this)
      }
      return p + 1
    }
    if (this.matched === 0) this.expectHeader()
    else this.lose('broken', arrival)
    return p
  }

  private expectHeader(): void {
    this.state = State.header
    this.headOctets = 0
  }

  private readFrameHeader(b: Uint8Array, p: number, end: number, arrival: Arrival): number {
    const { frame } = this
    if (this.headOctets === 0) {
      frame.packet = arrival.packet
      frame.at = arrival.at
    }
    const n = Math.min(HEADER_OCTETS - this.headOctets, end - p)
    let from = b
    let at = p
    if (n < HEADER_OCTETS) {
      this.head.set(b.subarray(p, p + n), this.headOctets)
      this.headOctets += n
      if (this.headOctets < HEADER_OCTETS) return end
      from = this.head
      at = 0
    }
    if (!this.trusted && !isPlausible(from, at, this.largest)) {
      this.lose(this.first ? 'mid-stream' : 'broken', arrival)
      return p
    }
    readHeader(from, at, frame)
    this.startFrame(arrival)
    return p + n
  }

  private startFrame(arrival: Arrival): void {
    const { frame } = this
    if (this.first) {
      this.first = false
      // The server's connection preface is a SETTINGS frame (§3.4): anything else means that its start was not seen.
      if (frame.type === FrameType.settings && (frame.flags & Flag.ack) === 0) this.trusted = true
      else if (!this.trusted) this.events.lost(this, 'mid-stream', arrival)
    }
    this.remaining = frame.length
    this.damaged = false
    this.stashed = 0
    this.stash = null
    this.state = KEPT.has(frame.type) && frame.length <= MOST_KEPT ? State.keep : State.skip
    if (frame.length > 0) return
    if (this.state === State.keep) this.finishFrame(this.head, 0, 0, arrival)
    else this.finishFrame(null, 0, 0, arrival)
  }

  private readPayload(b: Uint8Array, p: number, end: number, arrival: Arrival): number {
    const n = Math.min(this.remaining, end - p)
    this.remaining -= n
    if (this.remaining === 0 && this.stash === null) this.finishFrame(b, p, p + n, arrival)
    else {
      this.append(b, p, p + n)
      if (this.remaining === 0) this.finishFrame(this.stash, 0, this.stashed, arrival)
    }
    return p + n
  }

  /** Room grows with what has come, not with what a header promises. */
  private append(b: Uint8Array, start: number, end: number): void {
    const needed = this.stashed + end - start
    if (this.stash === null || needed > this.stash.length) {
      const larger = new Uint8Array(Math.min(Math.max(256, needed * 2), this.frame.length))
      if (this.stash !== null) larger.set(this.stash.subarray(0, this.stashed))
      this.stash = larger
    }
    this.stash.set(b.subarray(start, end), this.stashed)
    this.stashed = needed
  }

  private finishFrame(b: Uint8Array | null, start: number, end: number, arrival: Arrival): void {
    this.expectHeader()
    this.stash = null
    this.events.frame(this, this.damaged ? null : b, start, end, arrival)
  }

  private lose(why: 'mid-stream' | 'gap' | 'broken', arrival: Arrival): void {
    this.state = State.hunt
    this.trusted = this.first = false
    this.stash = null
    this.events.lost(this, why, arrival)
    if (++this.losses > MOST_LOSSES) this.giveUp(arrival)
  }

  private giveUp(arrival: Arrival): void {
    this.state = State.dead
    this.events.givenUp(this, arrival)
  }

  private hunt(b: Uint8Array, p: number, end: number, arrival: Arrival): number {
    const found = findFrame(b, p, end, this.largest)
    if (found >= 0) {
      this.expectHeader()
      return found
    }
    this.hunted += end - p
    if (this.hunted > MOST_HUNTED) this.giveUp(arrival)
    return end
  }
}
