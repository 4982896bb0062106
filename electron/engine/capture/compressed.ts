/** Compressed captures, decompressed as they are read: memory holds one step's output, never the file. */
import { createGunzip } from 'node:zlib'
import { Decompress } from 'fzstd'
import type { ByteSource } from '../source'
import { Lz4Decoder } from './lz4'

/**
 * What one step may feed the decompressor. DEFLATE grows at most 1032-fold and a Zstandard block is at most 128 KiB for
 * 4 bytes of input, so a step's output stays below 64 MiB whatever the file holds.
 */
const GZIP_STEP = 64 << 10
const FIRST_BITE = 4 << 10
/** Output of a piece that fails is lost, so pieces are small: no more than this goes missing before damage. */
const GZIP_PIECE = 32 << 10
/** CRC-32 and length end a gzip member (RFC 1952 §2.3.1). */
const GZIP_TRAILER = 8
const ZSTD_STEP = 2 << 10
/** An LZ4 block gives at most 4 MiB, and this much input holds few small ones. */
const LZ4_STEP = 64 << 10

export interface DecompressedSource extends ByteSource {
  /** Set once decompression has failed; what came before was delivered. */
  readonly failure: string | null
}

abstract class Decompressing implements DecompressedSource {
  failure: string | null = null
  protected readonly ready: Uint8Array[] = []
  private taken = 0
  private inputEnded = false
  /** Small at first, so that many files can stand by. */
  private input = new Uint8Array(FIRST_BITE)
  private bitten = false

  constructor(
    protected readonly inner: ByteSource,
    private readonly step: number,
  ) {}

  get name(): string {
    return this.inner.name
  }

  get size(): number {
    return this.inner.size
  }

  /** Puts all output for `chunk` into `ready`; null means the input has ended. */
  protected abstract feed(chunk: Uint8Array | null): Promise<void>

  async read(into: Uint8Array, offset: number, length: number): Promise<number> {
    while (this.ready.length === 0) {
      if (this.inputEnded || this.failure !== null) return 0
      if (this.bitten && this.input.length !== this.step) this.input = new Uint8Array(this.step)
      const got = await this.inner.read(this.input, 0, Math.min(this.step, this.input.length))
      this.bitten = true
      this.inputEnded = got === 0
      try {
        await this.feed(got === 0 ? null : this.input.slice(0, got))
        if (got === 0) this.input = new Uint8Array(0)
      } catch (error) {
        this.failure = error instanceof Error ? error.message : String(error)
      }
    }
    const first = this.ready[0]!
    const n = Math.min(length, first.length - this.taken)
    into.set(first.subarray(this.taken, this.taken + n), offset)
    this.taken += n
    if (this.taken === first.length) {
      this.ready.shift()
      this.taken = 0
    }
    return n
  }
}

class Gunzipped extends Decompressing {
  private readonly gunzip = createGunzip({ chunkSize: GZIP_PIECE })
  private fail: ((error: Error) => void) | null = null
  private back: Uint8Array = new Uint8Array(0)
  /** The last member has ended. What follows it, zeros of a tape or of a preallocated file, is never answered for. */
  private ended = false
  private settle: (() => void) | null = null

  constructor(inner: ByteSource) {
    super(inner, GZIP_STEP)
    this.gunzip.on('data', (chunk: Buffer) => this.ready.push(chunk))
    this.gunzip.on('end', () => {
      this.ended = true
      this.settle?.()
    })
    this.gunzip.on('error', (error) => {
      this.failure = error.message
      this.fail?.(error)
    })
  }

  /**
   * The last few octets wait for what follows: in the end they are the trailer, and a checksum that does not match then
   * takes no output with it.
   */
  protected async feed(chunk: Uint8Array | null): Promise<void> {
    if (chunk === null) {
      await this.write(this.back)
      return this.end()
    }
    const all = this.back.length === 0 ? chunk : Buffer.concat([this.back, chunk])
    const until = Math.max(0, all.length - GZIP_TRAILER)
    this.back = all.slice(until)
    await this.write(all.subarray(0, until))
  }

  private write(piece: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.fail = reject
      this.settle = resolve
      if (piece.length === 0 || this.ended || !this.gunzip.writable) resolve()
      else this.gunzip.write(piece, () => resolve())
    })
  }

  private end(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.fail = reject
      this.settle = resolve
      if (this.ended) resolve()
      else this.gunzip.end()
    })
  }
}

/** What `zstd --long=27` needs, and more than any of its levels asks for: a frame that wants more is not decompressed. */
const LARGEST_WINDOW = 128 << 20

/** The window that a Zstandard frame asks for (RFC 8878 §3.1.1.1); 0 where the header is not whole or not a frame's. */
function zstdWindow(b: Uint8Array): number {
  if (b.length < 14 || b[0] !== 0x28 || b[1] !== 0xb5 || b[2] !== 0x2f || b[3] !== 0xfd) return 0
  const descriptor = b[4]!
  if ((descriptor & 0x20) === 0) {
    const base = 2 ** (10 + (b[5]! >> 3))
    return base + (base / 8) * (b[5]! & 7)
  }
  // A single segment: the window is the content's size, behind the dictionary id.
  const at = 5 + [0, 1, 2, 4][descriptor & 3]!
  const octets = [1, 2, 4, 8][descriptor >> 6]!
  let size = 0
  for (let i = octets - 1; i >= 0; i--) size = size * 256 + (b[at + i] ?? 0)
  return octets === 2 ? size + 256 : size
}

class Unzstd extends Decompressing {
  private begun = false
  private readonly stream = new Decompress((chunk) => {
    if (chunk.length > 0) this.ready.push(chunk)
  })

  constructor(inner: ByteSource) {
    super(inner, ZSTD_STEP)
  }

  protected feed(chunk: Uint8Array | null): Promise<void> {
    if (!this.begun && chunk !== null && zstdWindow(chunk) > LARGEST_WINDOW)
      throw new Error('it asks for a window beyond 128 MiB')
    this.begun = true
    this.stream.push(chunk ?? new Uint8Array(0), chunk === null)
    return Promise.resolve()
  }
}

class Unlz4 extends Decompressing {
  private readonly decoder = new Lz4Decoder()

  constructor(inner: ByteSource) {
    super(inner, LZ4_STEP)
  }

  protected feed(chunk: Uint8Array | null): Promise<void> {
    if (chunk !== null) this.ready.push(...this.decoder.push(chunk).filter((piece) => piece.length > 0))
    return Promise.resolve()
  }
}

export function decompress(kind: 'gzip' | 'zstd' | 'lz4', inner: ByteSource): DecompressedSource {
  return kind === 'gzip' ? new Gunzipped(inner) : kind === 'zstd' ? new Unzstd(inner) : new Unlz4(inner)
}
