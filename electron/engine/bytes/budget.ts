import type { Diagnostics } from '../capture/diagnostics'

/** What all connections together may hold back: what waits for missing parts, for keys or for answers. */
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
  take(size: number, packet: number): boolean {
    this.held += size
    if (this.held <= this.limit) return true
    if (!this.told) {
      this.told = true
      this.diagnostics.note(
        'warning',
        'too-much-held-back',
        `What waits for its missing parts or its answer (segments, message heads, requests) fills ${Math.round(this.limit / (1 << 20))} MiB: from here on some is given up early, as if the capture lacked the rest.`,
        packet,
      )
    }
    return false
  }

  give(size: number): void {
    this.held -= size
  }
}

/** One holder's part of a budget. It says how much it holds, not how much more or less, so that nothing is forgotten. */
export class Share {
  private held = 0

  /** @param budget null: nothing is counted */
  constructor(private readonly budget: Budget | null) {}

  /** So many bytes are held from now on. False when that is too much: the holder is to let go, and to say so by another call. */
  hold(size: number, packet = 0): boolean {
    const more = size - this.held
    if (more === 0 || this.budget === null) return true
    this.held = size
    if (more > 0) return this.budget.take(more, packet)
    this.budget.give(-more)
    return true
  }
}
