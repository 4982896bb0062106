import { InputError, throwIfCancelled } from '../source'
import type { ByteSource, ReadOptions } from '../source'

/** A window begins small, so that many files can stand by, and grows once its file is really read. */
const INITIAL = 64 << 10
const WORKING = 4 << 20

/**
 * A sliding view of a source: the bytes from `pos` to `end` of `buf` are read and not yet used. Readers take whole
 * records from it without copying; what is left of a record moves to the front when more is read.
 */
export class ReadWindow {
  buf = new Uint8Array(INITIAL)
  pos = 0
  end = 0
  /** Offset in the source of buf[0]. */
  private origin = 0
  private ended = false

  constructor(
    private readonly source: ByteSource,
    private readonly options: ReadOptions,
    /** Called after every read, between which the sink may catch up. */
    private readonly afterRead: () => void,
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
      await this.more(needed)
    }
    return true
  }

  /** The file is done with: its memory goes. */
  release(): void {
    this.buf = new Uint8Array(0)
    this.pos = this.end = 0
    this.ended = true
  }

  private async more(needed: number): Promise<void> {
    throwIfCancelled(this.options.signal)
    await this.options.drain?.()
    const left = this.end - this.pos
    const wanted = Math.max(needed, this.origin + this.end > 0 ? WORKING : INITIAL)
    if (wanted > this.buf.length) {
      const larger = new Uint8Array(2 ** Math.ceil(Math.log2(wanted)))
      larger.set(this.buf.subarray(this.pos, this.end))
      this.buf = larger
    } else if (this.pos > 0) this.buf.copyWithin(0, this.pos, this.end)
    this.origin += this.pos
    this.pos = 0
    this.end = left
    // One read fills what it can: a full buffer per turn of the loop keeps the loop's cost out of the picture.
    while (this.end < this.buf.length) {
      const got = await this.source.read(this.buf, this.end, this.buf.length - this.end)
      if (got < 0 || this.end + got > this.buf.length)
        throw new InputError('unreadable', `${this.source.name} gave more bytes than asked for.`)
      if (got === 0) {
        this.ended = true
        break
      }
      this.end += got
      if (this.end - this.pos >= needed && this.end > this.buf.length / 2) break
    }
    this.afterRead()
  }
}
