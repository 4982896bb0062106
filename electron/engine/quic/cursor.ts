import { u16be, u32be, u8 } from '../bytes/read'

/**
 * Reads a field after another out of bytes that may lie. Reading beyond the end gives 0 and sets `failed`, so that a parser
 * asks once, after the last field.
 */
export class Cursor {
  failed = false

  constructor(
    readonly buf: Uint8Array,
    public pos: number,
    public end: number,
  ) {}

  get left(): number {
    return this.end - this.pos
  }

  u8(): number {
    return this.step(1) ? u8(this.buf, this.pos - 1) : 0
  }

  u16(): number {
    return this.step(2) ? u16be(this.buf, this.pos - 2) : 0
  }

  u32(): number {
    return this.step(4) ? u32be(this.buf, this.pos - 4) : 0
  }

  /** A variable-length integer (RFC 9000 §16). Beyond 2^53 its low bits are lost, as nothing real is that large. */
  varint(): number {
    if (!this.step(1)) return 0
    const first = u8(this.buf, this.pos - 1)
    const rest = (1 << (first >> 6)) - 1
    let value = first & 0x3f
    if (!this.step(rest)) return 0
    for (let i = this.pos - rest; i < this.pos; i++) value = value * 256 + u8(this.buf, i)
    return value
  }

  /** The next `length` bytes, not copied; empty when there are not so many. */
  take(length: number): Uint8Array {
    return this.step(length) ? this.buf.subarray(this.pos - length, this.pos) : new Uint8Array(0)
  }

  skip(length: number): void {
    this.step(length)
  }

  private step(length: number): boolean {
    if (this.failed || length > this.end - this.pos) {
      this.failed = true
      return false
    }
    this.pos += length
    return true
  }
}
