import type { Diagnostics } from '../capture/diagnostics'

/** What all connections together may hold back: segments behind holes, heads and records that are not whole yet, header tables. */
const MOST_HELD = 64 << 20
/** What holding a piece costs besides its bytes: a view, an object and a place in a list. */
export const PIECE_OVERHEAD = 256

/**
 * Memory shared by all connections of an audit. Each buffer has a bound of its own; a capture can open as many connections as it
 * likes, so their sum needs one too. Whoever takes must give back.
 */
export class Budget {
  private held = 0
  private told = false

  constructor(
    private readonly diagnostics: Diagnostics,
    private readonly limit = MOST_HELD,
  ) {}

  get exceeded(): boolean {
    return this.held > this.limit
  }

  /** Counts so many bytes as held. False when that is too much: the caller is to let go of what it holds, this included. */
  take(size: number, packet: number | null): boolean {
    this.held += size
    if (this.held <= this.limit) return true
    if (!this.told) {
      this.told = true
      this.diagnostics.note(
        'warning',
        'too-much-held-back',
        `Segments, message heads and records that wait for their missing parts, and tables of header fields, fill ${Math.round(this.limit / (1 << 20))} MiB: from here on some are given up early, as if those parts were lost.`,
        packet,
      )
    }
    return false
  }

  give(size: number): void {
    this.held -= size
  }
}
