/** Unidirectional streams (RFC 9114 §6.2): a type, then what that type means. */
import { u8 } from '../../bytes/read'
import type { Arrival, StreamReader } from '../../tcp/stream-reader'
import { Cursor } from '../cursor'

export const StreamType = { control: 0, push: 1, qpackEncoder: 2, qpackDecoder: 3 } as const

export class OneWayStream implements StreamReader {
  private reader: StreamReader | null = null
  private readonly head: number[] = []
  private lost = false

  constructor(
    /** The reader of what follows the type; null where it does not matter. */
    private readonly readerOf: (type: number) => StreamReader | null,
  ) {}

  data(buf: Uint8Array, start: number, end: number, offset: number, arrival: Arrival): void {
    let p = start
    while (this.reader === null && !this.lost && p < end) {
      this.head.push(u8(buf, p++))
      const c = new Cursor(Uint8Array.from(this.head), 0, this.head.length)
      const type = c.varint()
      if (c.failed) continue
      this.reader = this.readerOf(type)
      this.lost = this.reader === null
    }
    if (this.reader !== null && p < end) this.reader.data(buf, p, end, offset + p - start, arrival)
  }

  missing(length: number, offset: number, wholeSegments: boolean, arrival: Arrival): void {
    if (this.reader === null) this.lost = true
    else this.reader.missing(length, offset, wholeSegments, arrival)
  }

  end(arrival: Arrival): void {
    this.reader?.end(arrival)
  }
}
