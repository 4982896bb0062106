/**
 * One direction of TLS, cut into records (RFC 8446 §5.1). Only the content that someone asks for is put together, and then in
 * one buffer that never grows beyond a record; the rest is counted as it passes.
 */
import type { Budget } from '../bytes/budget'
import { u16be } from '../bytes/read'
import type { Arrival, StreamReader } from '../tcp/stream-reader'
import { ContentType, LONGEST_RECORD, RECORD_HEADER } from './content'

/** What a record's header says. One object per direction, filled anew for each. */
export interface RecordHeader {
  type: number
  version: number
  length: number
}

/** What is wanted of a record that begins: an octet at that place of its content, or one of these. */
export const NONE_WANTED = -1
export const ALL_WANTED = -2

export interface RecordEvents {
  /** A record begins. @returns what of its content is wanted */
  begins(header: Readonly<RecordHeader>, arrival: Arrival): number
  /** The content that was asked for, whole; it is valid during the call only. */
  content(header: Readonly<RecordHeader>, buf: Uint8Array, start: number, end: number, arrival: Arrival): void
  /** A record of which one octet was asked for has passed. */
  passed(header: Readonly<RecordHeader>, octet: number, arrival: Arrival): void
  /** A record's last octet has come, though some before it may be missing. */
  over(header: Readonly<RecordHeader>, arrival: Arrival): void
  /** Bytes of a record are missing. What there is of its beginning is given if it was asked for. */
  damaged(header: Readonly<RecordHeader>, buf: Uint8Array, start: number, end: number, arrival: Arrival): void
  /** Where records begin was not known for so many bytes of the stream, and is now. */
  resumed(skipped: number, arrival: Arrival): void
  end(arrival: Arrival): void
}

const NOTHING: Uint8Array = new Uint8Array(0)
/** Buffers that were let go, for whoever needs one next: a few are enough, as records come one after the other. */
const spare: Uint8Array[] = []
const MOST_SPARE = 8
const SMALLEST_SPARE = 4096

export class RecordReader implements StreamReader {
  private readonly header: RecordHeader = { type: 0, version: 0, length: 0 }
  private readonly head = new Uint8Array(RECORD_HEADER)
  private headLength = 0
  /** Octets left of the record's content; −1 inside a header. */
  private remaining = -1
  private wanted = NONE_WANTED
  /** The one octet that was asked for. */
  private octet = 0
  private isDamaged = false
  private buffer = NOTHING
  private buffered = 0
  /** Where the present record began. */
  private startOffset = 0
  /** Looking at each segment's beginning for a record, since this offset; −1 while in step. */
  private huntingFrom = -1
  /** An SSL 2.0 header can only come first. */
  private fresh = true

  /** @param budget counts records that are not whole yet */
  constructor(
    private readonly events: RecordEvents,
    private readonly budget: Budget | null = null,
  ) {}

  /** Nothing more will come. */
  release(): void {
    this.letGo()
  }

  /** Offset behind the record that is being read. */
  get recordEnd(): number {
    return this.startOffset + RECORD_HEADER + this.header.length
  }

  data(b: Uint8Array, start: number, end: number, offset: number, arrival: Arrival): void {
    if (this.huntingFrom >= 0) {
      if (!isRecord(b, start, end)) return
      const skipped = offset - this.huntingFrom
      this.huntingFrom = -1
      this.events.resumed(skipped, arrival)
    }
    const shift = offset - start
    let p = start
    while (p < end) {
      if (this.remaining >= 0) {
        p = this.takeContent(b, p, end, arrival)
        continue
      }
      if (this.headLength === 0) this.startOffset = p + shift
      p = this.takeHeader(b, p, end, arrival)
      if (p < 0) {
        this.hunt(this.startOffset)
        return
      }
    }
  }

  missing(length: number, offset: number, _lost: boolean, arrival: Arrival): void {
    if (this.huntingFrom >= 0) return
    if (this.remaining < 0) {
      this.hunt(this.headLength > 0 ? this.startOffset : offset)
      return
    }
    if (!this.isDamaged) this.giveDamaged(arrival)
    if (length > this.remaining) {
      this.hunt(this.recordEnd)
      return
    }
    this.remaining -= length
    if (this.remaining === 0) this.finish(arrival)
  }

  end(arrival: Arrival): void {
    this.events.end(arrival)
  }

  private hunt(from: number): void {
    this.huntingFrom = from
    this.headLength = 0
    this.next()
  }

  private finish(arrival: Arrival): void {
    this.events.over(this.header, arrival)
    this.next()
  }

  private next(): void {
    this.remaining = -1
    this.isDamaged = false
    this.buffered = 0
    this.fresh = false
    if (this.buffer !== NOTHING) this.letGo()
  }

  /** @returns where to go on; −1 if it is no header */
  private takeHeader(b: Uint8Array, p: number, end: number, arrival: Arrival): number {
    const { header, head } = this
    if (this.headLength === 0 && end - p >= RECORD_HEADER && !(this.fresh && b[p]! >= 0x80)) {
      header.type = b[p]!
      header.version = u16be(b, p + 1)
      header.length = u16be(b, p + 3)
      return this.begin(arrival) ? p + RECORD_HEADER : -1
    }
    while (p < end) {
      head[this.headLength++] = b[p++]!
      if (this.fresh && this.headLength === 2 && head[0]! >= 0x80) {
        header.type = ContentType.ssl2
        header.version = 2
        header.length = u16be(head, 0) & 0x7fff
        return this.begin(arrival) ? p : -1
      }
      if (this.headLength < RECORD_HEADER) continue
      header.type = head[0]!
      header.version = u16be(head, 1)
      header.length = u16be(head, 3)
      return this.begin(arrival) ? p : -1
    }
    return p
  }

  private begin(arrival: Arrival): boolean {
    const { header } = this
    this.headLength = 0
    if (!isHeader(header.type, header.version, header.length)) return false
    this.wanted = this.events.begins(header, arrival)
    this.remaining = header.length
    if (header.length === 0) this.next()
    return true
  }

  private takeContent(b: Uint8Array, p: number, end: number, arrival: Arrival): number {
    const { remaining, header } = this
    const n = Math.min(remaining, end - p)
    this.remaining -= n
    if (this.wanted >= 0 && !this.isDamaged) this.pass(b, p, n, remaining, arrival)
    else if (this.wanted === ALL_WANTED && !this.isDamaged) {
      if (this.buffered === 0 && n === remaining) this.events.content(header, b, p, p + n, arrival)
      else {
        if (!this.append(b, p, p + n, arrival.packet)) this.giveDamaged(arrival)
        else if (this.remaining === 0) this.events.content(header, this.buffer, 0, this.buffered, arrival)
      }
    }
    if (this.remaining === 0) this.finish(arrival)
    return p + n
  }

  private pass(b: Uint8Array, p: number, n: number, remaining: number, arrival: Arrival): void {
    const { header } = this
    const ahead = this.wanted - (header.length - remaining)
    if (ahead >= 0 && ahead < n) this.octet = b[p + ahead]!
    if (n === remaining) this.events.passed(header, this.octet, arrival)
  }

  /** The buffer grows with what came, not with what a header claims. */
  private append(b: Uint8Array, start: number, end: number, packet: number): boolean {
    const filled = this.buffered + end - start
    if (filled > this.buffer.length && !this.grow(Math.min(this.header.length, filled * 2), packet)) return false
    this.buffer.set(b.subarray(start, end), this.buffered)
    this.buffered = filled
    return true
  }

  private grow(length: number, packet: number): boolean {
    const last = spare[spare.length - 1]
    const larger = last !== undefined && last.length >= length ? spare.pop()! : new Uint8Array(length)
    larger.set(this.buffer.subarray(0, this.buffered))
    this.letGo()
    this.buffer = larger
    return this.budget?.take(larger.length, packet) !== false
  }

  private letGo(): void {
    const { buffer } = this
    if (buffer === NOTHING) return
    this.budget?.give(buffer.length)
    this.buffer = NOTHING
    if (buffer.length >= SMALLEST_SPARE && spare.length < MOST_SPARE) spare.push(buffer)
  }

  private giveDamaged(arrival: Arrival): void {
    this.isDamaged = true
    this.events.damaged(this.header, this.buffer, 0, this.buffered, arrival)
    this.letGo()
    this.buffered = 0
  }
}

/** Could this be a header? A version beyond 3.4 was never sent in one. */
const isHeader = (type: number, version: number, length: number): boolean =>
  type === ContentType.ssl2
    ? length > 0
    : type >= ContentType.changeCipherSpec &&
      type <= ContentType.heartbeat &&
      version >> 8 === 3 &&
      (version & 0xff) <= 4 &&
      length <= LONGEST_RECORD

const isRecord = (b: Uint8Array, start: number, end: number): boolean =>
  end - start >= RECORD_HEADER && isHeader(b[start]!, u16be(b, start + 1), u16be(b, start + 3)) && b[start] !== ContentType.ssl2
