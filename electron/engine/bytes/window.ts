import { InputError, throwIfCancelled } from '../source'
import type { ByteSource, ReadOptions } from '../source'
import { Pieces } from './pieces'

/** The first read of a file is small, so that many files can stand by; then it is read in large pieces. */
const FIRST = 16 << 10
const PIECE = 1 << 21
/** Room in front of a piece for what is left of the one before: a packet, usually. */
const HEADROOM = 1 << 20

/**
 * A sliding view of a source: the bytes from `pos` to `end` of `buf` are read and not yet used. Readers take whole records from
 * it without copying. While they work on one buffer the next piece is read into another; only a record that lies across the
 * seam is moved.
 */
export class ReadWindow {
  buf = new Uint8Array(0)
  pos = 0
  end = 0
  /** Offset in the source of buf[0]; negative while the headroom is empty. */
  private origin = 0
  private ended = false
  private headroom = HEADROOM
  private spare = new Uint8Array(0)
  /** The reading of the next piece into `spare`, behind the headroom. */
  private ahead: Promise<number> | null = null

  /** The buffers that the windows of one audit share. */
  static readonly pieces = (): Pieces => new Pieces(HEADROOM + PIECE)

  constructor(
    private readonly source: ByteSource,
    private readonly options: ReadOptions,
    /** Called after every read, between which the sink may catch up. */
    private readonly afterRead: () => void,
    private readonly pieces = ReadWindow.pieces(),
  ) {}

  get available(): number {
    return this.end - this.pos
  }

  /** Offset in the source of the byte at `pos`. */
  get offset(): number {
    return this.origin + this.pos
  }

  /** Makes at least `needed` bytes available from `pos`; false when the source ends before that. */
  async require(needed: number): Promise<boolean> {
    while (this.end - this.pos < needed) {
      if (this.ended) return false
      throwIfCancelled(this.options.signal)
      await this.options.drain?.()
      if (this.buf.length === 0) await this.first()
      else await this.more(needed)
      this.afterRead()
    }
    return true
  }

  /** The file is done with: its memory goes. */
  release(): void {
    this.pieces.give(this.buf)
    // What is still being read into it must not be another's.
    if (this.ahead === null) this.pieces.give(this.spare)
    this.buf = this.spare = new Uint8Array(0)
    this.pos = this.end = 0
    this.ended = true
  }

  private async first(): Promise<void> {
    this.buf = new Uint8Array(FIRST)
    this.end = await this.fill(this.buf, 0)
    this.ended = this.end === 0
  }

  private async more(needed: number): Promise<void> {
    this.ahead ??= this.readAhead()
    const got = await this.ahead
    this.ahead = null
    const left = this.end - this.pos
    const offset = this.offset
    const used = this.buf
    if (left > this.headroom) this.widen(Math.max(needed, left), got)
    const next = this.spare
    next.set(used.subarray(this.pos, this.end), this.headroom - left)
    this.buf = next
    this.pos = this.headroom - left
    this.end = this.headroom + got
    this.origin = offset - this.pos
    this.ended = got === 0
    if (this.ended) {
      this.spare = new Uint8Array(0)
      return this.pieces.give(used)
    }
    this.spare = used.length === next.length ? used : new Uint8Array(0)
    this.ahead = this.readAhead()
    // A failure is told when the piece is due.
    this.ahead.catch(() => undefined)
  }

  /** A record larger than the headroom: the piece just read moves back to make room for its beginning. */
  private widen(needed: number, got: number): void {
    const headroom = 2 ** Math.ceil(Math.log2(needed))
    const wider = new Uint8Array(headroom + PIECE)
    wider.set(this.spare.subarray(this.headroom, this.headroom + got), headroom)
    this.spare = wider
    this.headroom = headroom
  }

  private readAhead(): Promise<number> {
    const length = this.headroom + PIECE
    if (this.spare.length !== length) this.spare = length === this.pieces.length ? this.pieces.take() : new Uint8Array(length)
    return this.fill(this.spare, this.headroom)
  }

  /** Reads until the buffer is full or the source ends: a full buffer per turn keeps the loop's cost out of the picture. */
  private async fill(into: Uint8Array, from: number): Promise<number> {
    let at = from
    while (at < into.length) {
      const got = await this.source.read(into, at, into.length - at)
      if (got < 0 || at + got > into.length)
        throw new InputError('unreadable', `${this.source.name} gave more bytes than it was asked for.`)
      if (got === 0) break
      at += got
    }
    return at - from
  }
}
