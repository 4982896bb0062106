import type { ByteSource } from '../source'

/** A source whose first bytes can be looked at before it is read. */
export class PeekedSource implements ByteSource {
  private head = new Uint8Array(0)
  private used = 0

  constructor(private readonly inner: ByteSource) {}

  get name(): string {
    return this.inner.name
  }

  get size(): number {
    return this.inner.size
  }

  /** The first `length` bytes, or fewer where the source is shorter. They will be read again. */
  async peek(length: number): Promise<Uint8Array> {
    const head = new Uint8Array(length)
    let got = 0
    while (got < length) {
      const n = await this.inner.read(head, got, length - got)
      if (n === 0) break
      got += n
    }
    this.head = head.subarray(0, got)
    return this.head
  }

  async read(into: Uint8Array, offset: number, length: number): Promise<number> {
    if (this.used < this.head.length) {
      const n = Math.min(length, this.head.length - this.used)
      into.set(this.head.subarray(this.used, this.used + n), offset)
      this.used += n
      return n
    }
    return this.inner.read(into, offset, length)
  }
}
