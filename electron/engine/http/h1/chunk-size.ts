/** A chunk's first line: chunk-size [ chunk-ext ] CRLF (RFC 9112 §7.1), which may lie in several segments. */

const CR = 0x0d
const LF = 0x0a
/** Hexadecimal digits of a size: beyond this it is no number any more. */
const MOST_DIGITS = 13

export class ChunkSize {
  /** The size, once the line was read. */
  value = 0
  /** It is no such line: from where on. */
  brokenAt = -1
  private digits = 0
  private inExtension = false

  begin(): void {
    this.value = 0
    this.brokenAt = -1
    this.digits = 0
    this.inExtension = false
  }

  /** @returns where to go on behind the line; −1 while its end is not there, or where it is broken */
  read(b: Uint8Array, start: number, end: number): number {
    for (let p = start; p < end; p++) {
      const c = b[p]!
      if (c === LF) {
        if (this.digits > 0) return p + 1
        this.brokenAt = p
        return -1
      }
      if (this.inExtension || c === CR) continue
      const digit = hexDigit(c)
      if (digit >= 0 && this.digits < MOST_DIGITS) {
        this.value = this.value * 16 + digit
        this.digits++
      } else if (digit < 0 && this.digits > 0) this.inExtension = true
      else {
        this.brokenAt = p
        return -1
      }
    }
    return -1
  }
}

function hexDigit(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30
  const lower = c | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
