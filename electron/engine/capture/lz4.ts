/**
 * The LZ4 frame format (lz4/doc/lz4_Frame_format.md, lz4_Block_format.md), decoded block by block as it streams. The
 * libraries on npm decode whole frames at once, or are native, or are no longer kept; a frame can be a 5 GB capture.
 */
import { u32le } from '../bytes/read'

const FRAME_MAGIC = 0x184d2204
const SKIPPABLE = 0x184d2a5
/** How far back a match can reach. */
const WINDOW = 65_536
const LARGEST_BLOCK = 4 << 20
const MIN_MATCH = 4

export class Lz4Decoder {
  private input: Uint8Array = new Uint8Array(0)
  /** The last 64 KiB of output, then the block being decoded. */
  private readonly output = new Uint8Array(WINDOW + LARGEST_BLOCK)
  private history = 0
  private inFrame = false
  private flags = 0
  private skip = 0

  /** Takes the next bytes and returns what they complete. Throws on bytes that are no LZ4. */
  push(chunk: Uint8Array): Uint8Array[] {
    const joined = new Uint8Array(this.input.length + chunk.length)
    joined.set(this.input)
    joined.set(chunk, this.input.length)
    const out: Uint8Array[] = []
    let pos = 0
    for (;;) {
      const next = this.step(joined, pos, out)
      if (next === pos) break
      pos = next
    }
    this.input = joined.slice(pos)
    return out
  }

  /** @returns where the next step begins, or `pos` when more bytes are needed */
  private step(b: Uint8Array, pos: number, out: Uint8Array[]): number {
    if (this.skip > 0) {
      const n = Math.min(this.skip, b.length - pos)
      this.skip -= n
      return pos + n
    }
    return this.inFrame ? this.block(b, pos, out) : this.header(b, pos)
  }

  private header(b: Uint8Array, pos: number): number {
    if (b.length - pos < 15 && b.length - pos < this.headerLength(b, pos)) return pos
    const magic = u32le(b, pos)
    if (magic >>> 4 === SKIPPABLE) {
      this.skip = u32le(b, pos + 4)
      return pos + 8
    }
    if (magic !== FRAME_MAGIC) throw new Error('not an LZ4 frame')
    this.flags = b[pos + 4]!
    if (this.flags >> 6 !== 1) throw new Error('an LZ4 frame of an unknown version')
    this.inFrame = true
    this.history = 0
    return pos + this.headerLength(b, pos)
  }

  /** Magic, flags, block descriptor and checksum, plus content size and dictionary id where the flags say so. */
  private headerLength(b: Uint8Array, pos: number): number {
    if (b.length - pos < 8) return 8
    if (u32le(b, pos) >>> 4 === SKIPPABLE) return 8
    const flags = b[pos + 4]!
    return 7 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0)
  }

  private block(b: Uint8Array, pos: number, out: Uint8Array[]): number {
    if (b.length - pos < 4) return pos
    const word = u32le(b, pos)
    const contentChecksum = (this.flags & 0x04) !== 0 ? 4 : 0
    if (word === 0) {
      if (b.length - pos < 4 + contentChecksum) return pos
      this.inFrame = false
      return pos + 4 + contentChecksum
    }
    const size = word & 0x7fffffff
    if (size > LARGEST_BLOCK) throw new Error('an LZ4 block larger than 4 MiB')
    const end = pos + 4 + size
    const next = end + ((this.flags & 0x10) !== 0 ? 4 : 0)
    if (b.length < next) return pos
    const stored = word >>> 31 === 1
    const produced = stored ? this.store(b, pos + 4, end) : this.decode(b, pos + 4, end)
    out.push(this.output.slice(this.history, this.history + produced))
    this.remember(produced)
    return next
  }

  private store(b: Uint8Array, start: number, end: number): number {
    this.output.set(b.subarray(start, end), this.history)
    return end - start
  }

  /** Keeps the last 64 KiB of what has been produced in front of the next block. */
  private remember(produced: number): void {
    const total = this.history + produced
    const kept = Math.min(WINDOW, total)
    this.output.copyWithin(0, total - kept, total)
    this.history = kept
  }

  /** Sequences of literals and a match (block format). Returns the bytes produced behind the history. */
  private decode(b: Uint8Array, start: number, end: number): number {
    const { output, history } = this
    const limit = history + LARGEST_BLOCK
    let o = history
    for (let p = start; p < end;) {
      const token = b[p++]!
      let literals = token >> 4
      if (literals === 15) {
        let more = 255
        while (more === 255 && p < end) literals += more = b[p++]!
      }
      if (p + literals > end || o + literals > limit) throw new Error('a damaged LZ4 block')
      output.set(b.subarray(p, p + literals), o)
      p += literals
      o += literals
      if (p >= end) break
      const distance = b[p]! | (b[p + 1]! << 8)
      p += 2
      let length = (token & 15) + MIN_MATCH
      if ((token & 15) === 15) {
        let more = 255
        while (more === 255 && p < end) length += more = b[p++]!
      }
      if (distance === 0 || distance > o || o + length > limit || p > end) throw new Error('a damaged LZ4 block')
      for (const stop = o + length; o < stop; o++) output[o] = output[o - distance]!
    }
    return o - history
  }
}
