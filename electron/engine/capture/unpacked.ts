import type { ByteSource } from '../source'
import { decompress } from './compressed'
import type { DecompressedSource } from './compressed'

/**
 * A compressed source that can stand by without its decompressor, whose window may take megabytes: when it is read again what was
 * given before is decompressed once more and passed over.
 */
export class Unpacked implements DecompressedSource {
  private current: DecompressedSource | null
  private failed: string | null = null
  private given = 0

  /** @param peeked the source's bytes from the front, the first time */
  constructor(
    private readonly kind: 'gzip' | 'zstd' | 'lz4',
    peeked: ByteSource,
    private readonly source: ByteSource,
  ) {
    this.current = decompress(kind, peeked)
  }

  get name(): string {
    return this.source.name
  }

  get size(): number {
    return this.source.size
  }

  get failure(): string | null {
    return this.current?.failure ?? this.failed
  }

  async read(into: Uint8Array, offset: number, length: number): Promise<number> {
    this.current ??= await this.resume()
    const got = await this.current.read(into, offset, length)
    this.given += got
    return got
  }

  async park(): Promise<void> {
    if (this.source.rewind === undefined || this.current === null) return
    this.failed = this.current.failure
    this.release()
    await this.source.park?.()
  }

  release(): void {
    this.current?.release()
    this.current = null
  }

  private async resume(): Promise<DecompressedSource> {
    this.source.rewind?.()
    const fresh = decompress(this.kind, this.source)
    const scratch = new Uint8Array(4096)
    for (let left = this.given; left > 0;) {
      const got = await fresh.read(scratch, 0, Math.min(left, scratch.length))
      if (got === 0) break
      left -= got
    }
    return fresh
  }
}
