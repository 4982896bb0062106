/** Reads a message front to back; behind its end everything is absent, so that a parser needs no check at each step. */
import { u16be, u24be } from '../bytes/read'

export class Cursor {
  constructor(
    readonly buf: Uint8Array,
    public pos: number,
    public end: number,
  ) {}

  get left(): number {
    return Math.max(0, this.end - this.pos)
  }

  /** −1 behind the end. */
  u8(): number {
    return this.pos < this.end ? this.buf[this.pos++]! : this.over(1)
  }
  u16(): number {
    if (this.left < 2) return this.over(2)
    this.pos += 2
    return u16be(this.buf, this.pos - 2)
  }
  u24(): number {
    if (this.left < 3) return this.over(3)
    this.pos += 3
    return u24be(this.buf, this.pos - 3)
  }
  /** A copy of the next `length` bytes, or of those that there are. */
  bytes(length: number): Uint8Array {
    const end = Math.min(this.end, this.pos + Math.max(0, length))
    const part = this.buf.slice(this.pos, Math.max(this.pos, end))
    this.skip(length)
    return part
  }
  skip(length: number): void {
    this.pos = Math.min(this.end, this.pos + Math.max(0, length))
  }
  /** The next `length` bytes, or those that there are, as a cursor of their own. */
  part(length: number): Cursor {
    const start = this.pos
    this.skip(length)
    return new Cursor(this.buf, start, this.pos)
  }

  private over(_wanted: number): -1 {
    this.pos = this.end
    return -1
  }
}
