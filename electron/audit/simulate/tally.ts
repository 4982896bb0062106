/** Sums over the connections of a replay. */
export class Tally {
  connections = 0
  setupRoundTrips = 0
  setup = 0
  open = 0
  idle = 0
  waits = 0
  wait = 0
  readonly #until: number
  /** When connections were opened and closed; null where nobody asks for the peak. */
  readonly #opened: number[] | null
  readonly #closed: number[] | null

  /** @param until the capture's end: what comes after it is not counted. @param peak remember what {@link peakOpen} needs */
  constructor(until: number, peak: boolean) {
    this.#until = until
    this.#opened = peak ? [] : null
    this.#closed = peak ? [] : null
  }

  opens(at: number): void {
    this.#opened?.push(at)
  }

  /** A connection that was opened at one instant, idle since another, and then closed. */
  closes(openedAt: number, freeSince: number, at: number): void {
    const end = at < this.#until ? at : this.#until
    if (end > openedAt) this.open += end - openedAt
    if (end > freeSince) this.idle += end - freeSince
    this.#closed?.push(end)
  }

  /** Most connections open at once. One that is closed as another is opened is not counted with it. */
  get peakOpen(): number {
    const opened = Float64Array.from(this.#opened ?? []).sort()
    const closed = Float64Array.from(this.#closed ?? []).sort()
    let peak = 0
    for (let i = 0, gone = 0; i < opened.length; i++) {
      while (gone < closed.length && closed[gone]! <= opened[i]!) gone++
      if (i + 1 - gone > peak) peak = i + 1 - gone
    }
    return peak
  }
}
