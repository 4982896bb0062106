/** Buffers of one size that are used again: files of a few megabytes, read one after the other, would else leave one each. */
export class Pieces {
  private readonly free: Uint8Array<ArrayBuffer>[] = []

  constructor(readonly length: number) {}

  /** A buffer of {@link length} bytes, with anything in it. */
  take(): Uint8Array<ArrayBuffer> {
    return this.free.pop() ?? new Uint8Array(this.length)
  }

  /** The buffer may be given to the next: nobody writes to it or reads from it any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    if (buffer.length === this.length && this.free.length < MOST_FREE) this.free.push(buffer)
  }
}

/** Two for a file, and two for one that is read beside it. */
const MOST_FREE = 4
