/** When a pool's connections stood idle, as captured: tells which connections were opened although one was free. */
export class IdleIntervals {
  readonly #from: number[] = []
  readonly #to: number[] = []

  add(from: number, to: number): void {
    if (to <= from) return
    this.#from.push(from)
    this.#to.push(to)
  }

  /** Gives back for each of these instants, in the order of time, whether a connection was idle at it, and forgets the intervals. */
  *at(instants: Iterable<number>): Generator<boolean> {
    const from = Float64Array.from(this.#from).sort()
    const to = Float64Array.from(this.#to).sort()
    this.#from.length = this.#to.length = 0
    let begun = 0
    let ended = 0
    for (const instant of instants) {
      while (begun < from.length && from[begun]! <= instant) begun++
      while (ended < to.length && to[ended]! <= instant) ended++
      yield begun > ended
    }
  }
}
