/** The frames of a Zstandard file (RFC 8878 §3.1) as they pass on to the decompressor: what each would cost is known before it does. */
import { u32le } from '../bytes/read'

/** What `zstd --long=27` needs, and more than any of its levels asks for: a frame that wants more is not decompressed. */
const LARGEST_WINDOW = 128 << 20
/** The decompressor moves its window for every block. Beyond this much moving, blocks must have been worth it. */
const FREE_MOVES = 32 * 2 ** 30
/** Octets moved for one octet of output: `--long=27` takes 1024. */
const MOST_MOVES = 2048
const MAGIC = 0xfd2fb528
const SKIPPABLE = 0x184d2a5
const LONGEST_HEADER = 18
const RLE = 1

const State = { header: 0, block: 1, skip: 2 } as const
type State = (typeof State)[keyof typeof State]

export class ZstdFrames {
  private state: State = State.header
  private readonly head = new Uint8Array(LONGEST_HEADER)
  private filled = 0
  private left = 0
  private last = false
  private checksum = false
  private window = 0
  private moved = 0
  private given = 0
  private lost = false
  /** Why a frame is not decompressed. */
  refusal: string | null = null

  /** So many octets came out of the decompressor. */
  gave(octets: number): void {
    this.given += octets
  }

  /**
   * Compressed octets that are to go to the decompressor next.
   *
   * @returns how many of them may: fewer where a frame begins that asks for too much, which {@link refusal} then names
   */
  pass(chunk: Uint8Array): number {
    let frame = 0
    for (let p = 0; p < chunk.length && !this.lost;) {
      if (this.state === State.skip) {
        const n = Math.min(this.left, chunk.length - p)
        this.left -= n
        p += n
        if (this.left === 0) this.next()
        continue
      }
      if (this.state === State.header && this.filled === 0) frame = p
      this.head[this.filled++] = chunk[p++]!
      if (this.state === State.block) this.block()
      else this.header()
      if (this.refusal !== null) return frame
    }
    return chunk.length
  }

  /** Behind a block, a skippable frame or a checksum. */
  private next(): void {
    this.state = this.last ? State.header : State.block
    this.filled = 0
    if (!this.last || !this.checksum) return
    this.checksum = false
    this.pause(4)
  }

  private pause(octets: number): void {
    this.filled = 0
    this.state = State.skip
    this.left = octets
    if (octets === 0) this.next()
  }

  private header(): void {
    const { head, filled } = this
    if (filled < 6) return
    const magic = u32le(head, 0)
    if (magic >>> 4 === SKIPPABLE) {
      if (filled < 8) return
      this.last = true
      this.checksum = false
      this.pause(u32le(head, 4))
      return
    }
    // The decompressor says what is wrong.
    if (magic !== MAGIC) {
      this.lost = true
      return
    }
    const descriptor = head[4]!
    const single = (descriptor & 0x20) !== 0
    const sizeAt = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!
    const sizeOctets = descriptor >> 6 === 0 ? (single ? 1 : 0) : 1 << (descriptor >> 6)
    if (filled < sizeAt + sizeOctets) return
    this.window = single ? contentSize(head, sizeAt, sizeOctets) : windowOf(head[5]!)
    if (this.window > LARGEST_WINDOW) this.refusal = 'it asks for a window beyond 128 MiB'
    this.checksum = (descriptor & 4) !== 0
    this.state = State.block
    this.filled = 0
  }

  private block(): void {
    if (this.filled < 3) return
    const word = this.head[0]! | (this.head[1]! << 8) | (this.head[2]! << 16)
    this.last = (word & 1) !== 0
    this.moved += this.window
    if (this.moved > FREE_MOVES && this.moved > this.given * MOST_MOVES) this.refusal = 'it is cut into too small blocks'
    this.pause(((word >> 1) & 3) === RLE ? 1 : word >> 3)
  }
}

/** Window_Descriptor (§3.1.1.1.2). */
function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

/** Frame_Content_Size (§3.1.1.1.4), which is the window of a frame in one segment. */
function contentSize(b: Uint8Array, at: number, octets: number): number {
  let size = 0
  for (let i = octets - 1; i >= 0; i--) size = size * 256 + b[at + i]!
  return octets === 2 ? size + 256 : size
}
