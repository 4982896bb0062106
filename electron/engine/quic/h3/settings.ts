import type { Arrival, StreamReader } from '../../tcp/stream-reader'
import { Cursor } from '../cursor'
import { FrameReader, FrameType } from './frame-reader'

const QPACK_MAX_TABLE_CAPACITY = 0x01

/** A control stream (RFC 9114 §6.2.1), read for the table size that its sender allows the other side (RFC 9204 §5). */
export class SettingsReader implements StreamReader {
  private readonly frames: FrameReader

  constructor(onCapacity: (octets: number) => void) {
    this.frames = new FrameReader({
      frame: (type, b, start, end) => {
        if (type !== FrameType.settings || b === null) return
        const c = new Cursor(b, start, end)
        let capacity = 0
        while (c.left > 0) {
          const setting = c.varint()
          const value = c.varint()
          if (c.failed) break
          if (setting === QPACK_MAX_TABLE_CAPACITY) capacity = value
        }
        onCapacity(capacity)
      },
      octets: () => undefined,
      end: () => undefined,
    })
  }

  data(buf: Uint8Array, start: number, end: number, offset: number, arrival: Arrival): void {
    this.frames.data(buf, start, end, offset, arrival)
  }

  missing(length: number, offset: number, lost: boolean, arrival: Arrival): void {
    this.frames.missing(length, offset, lost, arrival)
  }

  end(arrival: Arrival): void {
    this.frames.end(arrival)
  }
}
