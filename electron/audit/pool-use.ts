/** Discards that name a pool's size: one names nothing. */
const ENOUGH = 2

/**
 * How many idle connections a client keeps in one pool, read off what it gives up: a client whose pool is full closes a connection
 * right after its response while as many as it keeps stand idle.
 */
export class PoolUse {
  #idle = 0
  #mostIdle = 0
  #ignoring = 0
  #discards = 0
  readonly #besides = new Map<number, number>()

  /** Connections idle now, without those the client is about to give up. */
  get idle(): number {
    return this.#idle
  }

  add(change: 1 | -1): void {
    this.#idle += change
    if (this.#idle > this.#mostIdle) this.#mostIdle = this.#idle
  }

  /**
   * The client gave one up right after its response.
   *
   * @param beside others idle at that moment
   * @param ignoring it had been opened though another was idle: such a client has more than one pool, or none
   */
  discard(beside: number, ignoring: boolean): void {
    if (ignoring) this.#ignoring++
    this.#discards++
    this.#besides.set(beside, (this.#besides.get(beside) ?? 0) + 1)
  }

  /**
   * How many idle connections the client keeps: with as many idle it gave up others, twice or more and mostly. One more may stand idle
   * for a moment, until it is given up. Null where the traffic does not tell.
   */
  get size(): { readonly kept: number; readonly discards: number } | null {
    let [kept, discards] = [0, 0]
    for (const [beside, count] of this.#besides) if (count > discards) [kept, discards] = [beside, count]
    if (
      kept === 0 ||
      this.#mostIdle > kept + 1 ||
      3 * this.#ignoring > this.#discards ||
      discards < ENOUGH ||
      2 * discards <= this.#discards
    )
      return null
    return { kept, discards }
  }
}
