/**
 * One direction of a TCP connection: sequence numbers become offsets in an endless stream of bytes, and segments are
 * delivered in order, each byte once. The first data seen for a byte wins (RFC 9293 §3.4 leaves it to the receiver; most
 * keep what they have).
 */
import { nanos } from '../../../shared/units'
import type { Sighting } from '../../../shared/model/facts'
import { PIECE_OVERHEAD } from '../bytes/budget'
import type { Budget } from '../bytes/budget'
import { ReceiveWindow } from './receive-window'
import { RoundTrip } from './round-trip'
import type { Arrival, StreamReader } from './stream-reader'

interface Early {
  readonly offset: number
  /** Captured bytes; fewer than `length` when the snapshot length cut them. */
  readonly data: Uint8Array
  readonly length: number
  packet: number
  at: number
  readonly acknowledged: number
}

/** Bytes and segments that may wait for an earlier one. Beyond this the gap before them is given up. */
const MOST_EARLY_BYTES = 4 << 20
const MOST_EARLY_SEGMENTS = 4096
/** A hole that the receiver has acknowledged is the capture's, not the network's; still the packet may come late in the file. */
const PATIENCE_ACKNOWLEDGED = 50e6
/** A hole that nobody acknowledged (one-sided capture): a retransmission would have come by now. */
const PATIENCE = 3e9
/** How far behind the window a segment may lie and be believed: the capture may lack acknowledgments, or have them late. */
const WINDOW_SLACK = 1 << 20

export class Direction {
  /** Sequence number of offset 0; −1 until known. */
  base = -1
  /** Offset of the next byte expected. */
  next = 0
  /** Highest offset acknowledged by the other side. */
  acknowledged = 0
  packets = 0
  /** Distinct payload bytes. */
  bytes = 0
  retransmissions = 0
  /** Retransmissions since its last new bytes. */
  lastResent = 0
  gaps = 0
  truncated = false
  fin: Sighting | null = null
  /** The first RST of this side that nothing contradicts. */
  reset: Sighting | null = null
  /** RSTs that did not end the connection, and the first of them. */
  ignoredResets = 0
  ignoredReset: Sighting | null = null
  /** Keep-alive probes (RFC 9293 §3.8.4). */
  probes = 0
  /** Segments with data behind the FIN. */
  afterFin = 0
  /** Segments that brought new bytes together with known ones, and the packet of the first. */
  overlaps = 0
  firstOverlap = 0
  /** Packet of a segment that lay far behind what the other side let this one send, forged or damaged; 0 where there was none. */
  outside = 0
  /** What the other side lets this one send. */
  readonly window = new ReceiveWindow()
  /** From the capture to the receiver and back. */
  readonly roundTrip = new RoundTrip()
  /** Its SYN was seen: what comes first is no segment sent again. */
  private opened = false
  private syns = 0
  private finOffset = -1
  private ended = false
  private early: Early[] = []
  private earlyBytes = 0
  /** When the present hole was first noticed; −1 when there is none. */
  private holeSince = -1
  /** The base comes from a segment that occupied sequence space. */
  private certain = false
  /** Where the stream stood at the reset: data behind it that is acknowledged shows that the connection went on. */
  private resetAt = -1

  /**
   * @param reader may be replaced by another at any time: it gets what comes next
   * @param budget what waits behind holes is counted there until {@link flush}, beside the bounds of its own
   */
  constructor(
    public reader: StreamReader,
    private readonly budget: Budget | null = null,
  ) {}

  get waiting(): boolean {
    return this.early.length > 0
  }

  /**
   * Offset 0 has this sequence number, unless one is known already. `certain`: the segment held something. One that did not
   * may be a keep-alive probe, which lies one octet before what comes next (RFC 9293 §3.8.4), and what the capture holds may
   * begin before it, with data sent again.
   */
  begin(sequence: number, certain: boolean): void {
    if (this.base < 0) this.base = sequence >>> 0
    else if (!this.certain) {
      const by = (sequence - this.base) | 0
      if (by === 1 || (certain && by < 0)) this.moveBase(by)
    }
    this.certain ||= certain
  }

  /** A SYN tells where the stream begins, whatever was said before it; not where data was, which counts more. */
  open(sequence: number): void {
    if (this.base < 0) this.base = sequence >>> 0
    else if (this.next === 0 && this.early.length === 0) this.moveBase((sequence - this.base) | 0)
    this.certain = true
    this.opened = true
  }

  /** This packet is a SYN; the one that comes first is timed, unless it is sent again. */
  timeSyn(at: number, packet: number): void {
    if (this.syns++ === 0 && this.next === 0) this.roundTrip.sent(-1, at, packet)
    else this.roundTrip.forget()
  }

  private moveBase(by: number): void {
    if (by === 0) return
    this.roundTrip.forget()
    this.base = (this.base + by) >>> 0
    this.acknowledged = Math.max(0, this.acknowledged - by)
    if (this.finOffset < 0) return
    this.finOffset -= by
    // A FIN before the SYN is no end of this stream.
    if (this.finOffset < 0) {
      this.finOffset = -1
      this.fin = null
      this.ended = false
    }
  }

  /** Is this the acknowledgment that the last data, sent once and not acknowledged yet, waits for? */
  awaits(sequence: number): boolean {
    return (
      this.next > this.acknowledged && this.lastResent === 0 && this.early.length === 0 && this.offsetOf(sequence) === this.next
    )
  }

  /** Is this what the next octet's number will be, by all that was seen? False where only probes may have been. */
  sendsNext(sequence: number): boolean {
    return this.certain && this.offsetOf(sequence) === (this.finOffset < 0 ? this.next : this.finOffset + 1)
  }

  /** A sequence number as an offset: the one nearest to where the stream stands. */
  offsetOf(sequence: number): number {
    // `| 0` keeps the low 32 bits of any whole double.
    const expected = (this.base + this.next) | 0
    return this.next + ((sequence - expected) | 0)
  }

  /** Takes a segment's payload: captured bytes buf[start, end), `length` on the wire. */
  segment(offset: number, buf: Uint8Array, start: number, end: number, length: number, arrival: Arrival): void {
    const after = offset + length
    if (this.finOffset >= 0 && after > this.finOffset) {
      // Data in the FIN's own place shows that there was no FIN. Nothing follows a real one (RFC 9293 §3.10.7.4): it is not taken.
      if (offset !== this.finOffset) return this.behindFin(offset, buf, start, end, arrival)
      this.fin = null
      this.finOffset = -1
      this.ended = false
    }
    if (after <= this.next) {
      // One byte just before the next is a keep-alive probe (RFC 9293 §3.8.4), not lost data sent again.
      if (!(length <= 1 && after === this.next)) {
        this.retransmissions++
        this.lastResent++
        this.roundTrip.forget()
      }
      return
    }
    if (offset > this.next) {
      this.keep(offset, buf, start, end, length, arrival)
      this.considerHole(arrival)
      return
    }
    const skip = this.next - offset
    if (skip > 0) {
      this.retransmissions++
      this.overlapped(arrival)
      this.roundTrip.forget()
    } else if (!this.roundTrip.waits && this.mayBeTimed(offset)) this.roundTrip.sent(offset, arrival.at, arrival.packet)
    this.deliver(buf, start + skip, end, length - skip, arrival)
    if (this.early.length > 0) this.drain(arrival, true)
  }

  /** Not what may have been sent before: behind a hole, acknowledged already, or the first that the capture has of a stream under way. */
  private mayBeTimed(offset: number): boolean {
    return this.early.length === 0 && offset >= this.acknowledged && (this.opened || offset > 0)
  }

  private behindFin(offset: number, buf: Uint8Array, start: number, end: number, arrival: Arrival): void {
    this.afterFin++
    const before = this.finOffset - offset
    if (before > 0) this.segment(offset, buf, start, Math.min(end, start + before), before, arrival)
  }

  private overlapped({ packet }: Arrival): void {
    if (this.overlaps++ === 0) this.firstOverlap = packet
  }

  /** A FIN behind `offset` bytes. One that lies before data already received and acknowledged is not believed. */
  finish(offset: number, arrival: Arrival): void {
    // One with its SYN's number takes back the SYN.
    const end = offset === -1 && this.next === 0 ? 0 : offset
    if (this.finOffset < 0 && end < Math.min(this.next, this.acknowledged)) return
    this.fin ??= { packet: arrival.packet, at: nanos(arrival.at) }
    if (this.finOffset >= 0) this.roundTrip.forget()
    else {
      this.finOffset = end
      if (!this.roundTrip.waits && this.mayBeTimed(end)) this.roundTrip.sent(end, arrival.at, arrival.packet)
    }
    this.checkEnd(arrival)
  }

  /** An RST at `offset`. `acceptable`: the receiver's state lets it be one; if not, or outside the window, it ends nothing (RFC 9293 §3.10.7.4). */
  takeReset(offset: number, acceptable: boolean, { packet, at }: Arrival): void {
    const sighting = { packet, at: nanos(at) }
    if (!acceptable || !this.mayHold(offset)) this.ignore(sighting)
    else if (this.reset === null) {
      this.reset = sighting
      this.resetAt = Math.max(this.next, offset, this.finOffset + 1)
    }
  }

  /**
   * The other side has just acknowledged something, in no RST: where that was sent after the reset, the connection went on. It
   * must have been seen, unless the capture is known to lack segments.
   */
  outlives(): void {
    if (this.reset === null || this.acknowledged <= this.resetAt || (this.next <= this.resetAt && this.gaps === 0)) return
    this.ignore(this.reset)
    this.reset = null
  }

  private ignore(sighting: Sighting): void {
    this.ignoredReset ??= sighting
    this.ignoredResets++
  }

  /** Does this offset lie in the receive window, as far as it is known? Where the capture lacks segments, it is not. */
  private mayHold(offset: number): boolean {
    if (this.base < 0 || !this.certain || this.gaps > 0 || this.early.length > 0 || this.window.edge < 0) return true
    return offset >= Math.min(this.acknowledged, this.next) && offset <= Math.max(this.window.edge, this.next)
  }

  /** The other side acknowledged everything before this sequence number. */
  acknowledge(sequence: number): void {
    if (this.base < 0) return
    const offset = this.offsetOf(sequence)
    if (offset > this.acknowledged) this.acknowledged = offset
  }

  /** The same, for the segment that is being timed. What acknowledges more than was sent is not believed (RFC 9293 §3.10.7.4). */
  timeUntil(sequence: number, at: number, clockSetAt: number): void {
    const offset = this.offsetOf(sequence)
    if (offset <= Math.max(this.next, this.finOffset) + 1) this.roundTrip.acknowledged(offset, at, clockSetAt)
  }

  /**
   * What waits, after the other side has acknowledged and offered a window anew: what lies behind that window was not taken
   * (RFC 9293 §3.10.7.4), so that no hole lies before it.
   */
  review(arrival: Arrival): void {
    const { early, window } = this
    const limit = Math.max(window.edge, this.acknowledged) + WINDOW_SLACK
    while (window.edge >= 0 && early.length > 0 && early[early.length - 1]!.offset > limit) {
      const last = early.pop()!
      this.release(last)
      if (this.outside === 0) this.outside = last.packet
      if (early.length === 0) this.holeSince = -1
    }
    this.considerHole(arrival)
  }

  private release({ data }: Early): void {
    this.earlyBytes -= data.length
    this.budget?.give(data.length + PIECE_OVERHEAD)
  }

  /** Nothing more will come: what waits behind holes is delivered. */
  flush(arrival: Arrival): void {
    while (this.early.length > 0) this.giveUp(arrival)
    // The FIN says how much was sent: what is missing before it is missing for good.
    if (this.finOffset > this.next) this.gaps++
  }

  private deliver(buf: Uint8Array, start: number, end: number, length: number, arrival: Arrival): void {
    const present = Math.min(length, Math.max(0, end - start))
    const offset = this.next
    this.next += length
    this.bytes += length
    this.lastResent = 0
    if (present > 0) this.reader.data(buf, start, start + present, offset, arrival)
    if (present < length) {
      this.truncated = true
      this.reader.missing(length - present, offset + present, false, arrival)
    }
    this.checkEnd(arrival)
  }

  private checkEnd(arrival: Arrival): void {
    if (!this.ended && this.finOffset >= 0 && this.next >= this.finOffset) {
      this.ended = true
      this.reader.end(arrival)
    }
  }

  /** Keeps what no waiting segment holds yet: of bytes behind a hole, too, the first data seen wins. */
  private keep(offset: number, buf: Uint8Array, start: number, end: number, length: number, arrival: Arrival): void {
    const { early } = this
    const after = offset + length
    let at = early.length
    while (at > 0 && endOf(early[at - 1]!) > offset) at--
    let kept = 0
    let afforded = true
    for (let from = offset; from < after; at++) {
      const held = early[at]
      const until = held === undefined ? after : Math.min(after, held.offset)
      if (from < until) {
        const data = buf.slice(Math.min(end, start + from - offset), Math.min(end, start + until - offset))
        const { packet, at: time, acknowledged } = arrival
        early.splice(at++, 0, { offset: from, data, length: until - from, packet, at: time, acknowledged })
        this.earlyBytes += data.length
        if (this.budget !== null) afforded = this.budget.take(data.length + PIECE_OVERHEAD, packet)
        kept += until - from
      }
      from = held === undefined ? after : Math.max(from, endOf(held))
    }
    if (kept === 0) {
      this.retransmissions++
      this.roundTrip.forget()
      return
    }
    if (kept < length) this.overlapped(arrival)
    if (this.holeSince < 0) this.holeSince = arrival.at
    if (this.earlyBytes > MOST_EARLY_BYTES || early.length > MOST_EARLY_SEGMENTS) this.giveUp(arrival)
    if (!afforded) this.relent(arrival)
  }

  /** `filled`: the hole was filled by this arrival, and only now can the receiver's program have what lay behind it. */
  private drain(arrival: Arrival, filled: boolean): void {
    let used = 0
    for (; used < this.early.length; used++) {
      const e = this.early[used]!
      if (e.offset > this.next) break
      this.release(e)
      const skip = this.next - e.offset
      if (filled) {
        e.packet = arrival.packet
        e.at = arrival.at
      }
      if (skip < e.length) this.deliver(e.data, skip, e.data.length, e.length - skip, e)
    }
    this.early.splice(0, used)
    this.holeSince = this.early.length > 0 ? arrival.at : -1
  }

  private considerHole(arrival: Arrival): void {
    const first = this.early[0]
    if (first === undefined) return
    const waited = arrival.at - this.holeSince
    if (waited > PATIENCE || (waited > PATIENCE_ACKNOWLEDGED && this.acknowledged >= first.offset)) this.giveUp(arrival)
  }

  /** The shared budget is used up: this direction's share goes back, the hole before it first. */
  private relent(arrival: Arrival): void {
    while (this.early.length > 0 && this.budget?.exceeded === true) this.giveUp(arrival)
  }

  private giveUp(arrival: Arrival): void {
    const first = this.early[0]
    if (first === undefined) return
    const offset = this.next
    this.gaps++
    this.next = first.offset
    this.reader.missing(first.offset - offset, offset, true, first)
    this.drain(arrival, false)
  }
}

const endOf = ({ offset, length }: Early): number => offset + length
