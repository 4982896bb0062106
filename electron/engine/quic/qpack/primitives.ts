/** Integers and strings of RFC 9204 §4.1, which are those of HPACK with prefixes of any length. */
import { latin1 } from '../../bytes/text'
import type { TextCache } from '../../bytes/text'
import { decodeHuffman, longestDecoded } from '../../http/hpack/huffman'

/** Octets of an integer beyond its prefix: 2^42 is more than any index or count here, and is exact in a double. */
const MOST_INTEGER_OCTETS = 6
let scratch = new Uint8Array(4096)

export class Primitives {
  /** A field was broken, or went beyond the end. */
  failed = false
  /** ... beyond the end: more bytes may mend it. */
  short = false
  /** ... how far the bytes must reach at least before another look is worth it. */
  wanted = 0

  constructor(
    readonly buf: Uint8Array,
    public pos: number,
    readonly end: number,
    private readonly texts: TextCache | null = null,
  ) {}

  /** The octet that the next field begins with; −1 at the end. */
  get next(): number {
    return this.pos < this.end ? this.buf[this.pos]! : -1
  }

  integer(prefix: number): number {
    if (this.failed) return 0
    if (this.pos >= this.end) return this.beyond()
    const most = (1 << prefix) - 1
    let value = this.buf[this.pos++]! & most
    if (value < most) return value
    for (let octets = 0; octets < MOST_INTEGER_OCTETS; octets++) {
      if (this.pos >= this.end) return this.beyond()
      const octet = this.buf[this.pos++]!
      value += (octet & 0x7f) * 2 ** (7 * octets)
      if (octet < 0x80) return value
    }
    this.failed = true
    return 0
  }

  /** A string whose length has `prefix` bits; the bit above them says whether it is Huffman-coded. */
  text(prefix: number): string {
    const coded = (this.next & (1 << prefix)) !== 0
    const length = this.integer(prefix)
    if (this.failed) return ''
    if (length > this.end - this.pos) {
      this.beyond(this.pos + length)
      return ''
    }
    const start = this.pos
    this.pos += length
    if (!coded) return this.textOf(this.buf, start, this.pos)
    const room = longestDecoded(length)
    if (room > scratch.length) scratch = new Uint8Array(2 * room)
    const decoded = decodeHuffman(this.buf, start, this.pos, scratch)
    if (decoded >= 0) return this.textOf(scratch, 0, decoded)
    this.failed = true
    return ''
  }

  private textOf(b: Uint8Array, start: number, end: number): string {
    return this.texts === null ? latin1(b, start, end) : this.texts.get(b, start, end)
  }

  private beyond(wanted = this.end + 1): number {
    this.failed = this.short = true
    this.wanted = wanted
    return 0
  }
}
