import { PIECE_OVERHEAD } from '../../bytes/budget'
import type { Budget } from '../../bytes/budget'
import type { Arrival, StreamReader } from '../../tcp/stream-reader'

interface Piece {
  readonly data: Uint8Array
  readonly offset: number
  readonly arrival: Arrival
}

/** What an end sent that only what comes later tells how to read. Each piece keeps its packet and time, and is counted in the shared budget. */
export class HeldBack {
  length = 0
  /** What it costs to hold it. */
  size = 0
  private pieces: Piece[] = []

  constructor(private readonly budget: Budget) {}

  /** Keeps b[start, end). False when all connections together hold too much: this one is to be replayed. */
  add(b: Uint8Array, start: number, end: number, offset: number, arrival: Arrival): boolean {
    this.pieces.push({ data: b.slice(start, end), offset, arrival: { ...arrival } })
    const size = end - start + PIECE_OVERHEAD
    this.length += end - start
    this.size += size
    return this.budget.take(size, arrival.packet)
  }

  /** All that is held, and b[start, end) behind it. */
  with(b: Uint8Array, start: number, end: number): Uint8Array {
    if (this.length === 0) return b.subarray(start, end)
    const all = new Uint8Array(this.length + end - start)
    let at = 0
    for (const { data } of this.pieces) {
      all.set(data, at)
      at += data.length
    }
    all.set(b.subarray(start, end), at)
    return all
  }

  /** Gives everything to a reader, and keeps nothing. */
  replay(reader: Pick<StreamReader, 'data'>): void {
    const { pieces } = this
    this.budget.give(this.size)
    this.pieces = []
    this.length = this.size = 0
    for (const { data, offset, arrival } of pieces) reader.data(data, 0, data.length, offset, arrival)
  }
}
