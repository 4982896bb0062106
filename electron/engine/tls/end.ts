/** One end of a TLS connection: its records, its handshake messages, and the plaintext that comes out. */
import type { Budget } from '../bytes/budget'
import type { Arrival, StreamReader } from '../tcp/stream-reader'
import { UNREAD } from '../http/layer'
import type { Carrier, End } from '../http/layer'
import { HandshakeReader } from './handshake'
import type { MessageEvents } from './handshake'
import type { Protection } from './protection'
import { RecordReader } from './records'
import type { RecordEvents, RecordHeader } from './records'

/** The same events as those of records and messages, with the end they come from. */
export interface EndEvents {
  begins(end: TlsEnd, header: Readonly<RecordHeader>, arrival: Arrival): number
  passed(end: TlsEnd, header: Readonly<RecordHeader>, octet: number, arrival: Arrival): void
  content(end: TlsEnd, header: Readonly<RecordHeader>, buf: Uint8Array, start: number, stop: number, arrival: Arrival): void
  over(end: TlsEnd, header: Readonly<RecordHeader>, arrival: Arrival): void
  damaged(end: TlsEnd, header: Readonly<RecordHeader>, buf: Uint8Array, start: number, stop: number, arrival: Arrival): void
  resumed(end: TlsEnd, skipped: number): void
  ended(end: TlsEnd, arrival: Arrival): void
  message(end: TlsEnd, type: number, buf: Uint8Array, start: number, stop: number, whole: boolean): void
  opened(end: TlsEnd, type: number, content: Uint8Array, arrival: Arrival): void
}

const REMEMBERED = 16

/** Where records ended lately, in octets of the stream and of the plaintext. */
class Places {
  private readonly streams: number[] = []
  private readonly plaintexts: number[] = []
  private next = 0

  add(stream: number, plaintext: number): void {
    const last = (this.next + REMEMBERED - 1) % REMEMBERED
    // The rest of a record.
    if (this.streams[last] === stream) {
      this.plaintexts[last] = plaintext
      return
    }
    this.streams[this.next] = stream
    this.plaintexts[this.next] = plaintext
    this.next = (this.next + 1) % REMEMBERED
  }

  /** The plaintext in so many octets of the stream; −1 where that is not known. */
  plaintextAt(stream: number): number {
    if (stream < 0) return -1
    let nearest = -1
    let plaintext = -1
    for (let i = 0; i < this.streams.length; i++) {
      const end = this.streams[i]!
      if (end > stream || end < nearest) continue
      nearest = end
      plaintext = this.plaintexts[i]!
    }
    // What lies behind the last record seen was received, though not captured (yet): it held something.
    const last = this.streams[(this.next + REMEMBERED - 1) % REMEMBERED]
    return nearest === last && stream > nearest ? plaintext + 1 : plaintext
  }
}

const NEVER: Arrival = { packet: 0, at: 0, acknowledged: -1 }

export class TlsEnd implements RecordEvents, Carrier {
  /** Who reads the plaintext. */
  reader: StreamReader = UNREAD
  readonly records: RecordReader
  readonly handshake: HandshakeReader
  /** Before TLS 1.3: ChangeCipherSpec was sent, so that every record is encrypted from here on. */
  encrypted = false
  protection: Protection | null = null
  /** The arrival of the record that is being read. */
  arrival: Arrival = NEVER
  /** Plaintext octets so far. */
  private offset = 0
  private readonly places = new Places()
  private readonly delivery: Arrival = { packet: 0, at: 0, acknowledged: -1 }

  constructor(
    readonly events: EndEvents,
    readonly number: End,
    budget: Budget,
  ) {
    this.records = new RecordReader(this, budget)
    const message: MessageEvents['message'] = (type, buf, start, stop, whole) =>
      events.message(this, type, buf, start, stop, whole)
    this.handshake = new HandshakeReader({ message }, budget)
  }

  begins(header: Readonly<RecordHeader>, arrival: Arrival): number {
    return this.events.begins(this, header, arrival)
  }
  passed(header: Readonly<RecordHeader>, octet: number, arrival: Arrival): void {
    this.events.passed(this, header, octet, arrival)
  }
  content(header: Readonly<RecordHeader>, buf: Uint8Array, start: number, stop: number, arrival: Arrival): void {
    this.events.content(this, header, buf, start, stop, arrival)
  }
  over(header: Readonly<RecordHeader>, arrival: Arrival): void {
    this.events.over(this, header, arrival)
  }
  damaged(header: Readonly<RecordHeader>, buf: Uint8Array, start: number, stop: number, arrival: Arrival): void {
    this.events.damaged(this, header, buf, start, stop, arrival)
  }
  resumed(skipped: number): void {
    this.events.resumed(this, skipped)
  }
  end(arrival: Arrival): void {
    this.events.ended(this, arrival)
  }

  /** Hands on plaintext, saying what its sender had received of the other end's. */
  deliver(content: Uint8Array, { packet, at, acknowledged }: Arrival, other: TlsEnd): void {
    if (content.length === 0) return
    this.delivery.acknowledged = other.places.plaintextAt(acknowledged)
    this.aim(packet, at)
    this.reader.data(content, 0, content.length, this.offset, this.delivery)
    this.offset += content.length
  }

  /** A record was opened, and what it held was handed on. */
  opened(recordEnd: number): void {
    this.places.add(recordEnd, this.offset)
  }

  /** So many octets of plaintext are missing, as near as can be told. */
  lack(length: number): void {
    if (length <= 0) return
    this.aim(this.arrival.packet, this.arrival.at)
    this.reader.missing(length, this.offset, true, this.delivery)
    this.offset += length
  }

  private aim(packet: number, at: number): void {
    this.delivery.packet = packet
    this.delivery.at = at
  }
}
