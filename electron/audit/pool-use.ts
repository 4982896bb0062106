/** Discards that name a pool's size: one names nothing. */
const ENOUGH = 2

/** Beyond this no client's own limit is meant to be. */
export const LARGEST_POOL = 512

/** A request that leaves so soon after the response before it had been waiting for the connection. */
export const AT_ONCE = 10e6

/** How many connections a client has in use at once. */
export interface Held {
  /** The most that were open at one moment. */
  readonly most: number
  /** Requests that waited for one of so many, all being in use; of those that followed another on their connection. */
  readonly waited: number
  readonly followed: number
}

/** How many idle connections a client keeps, and the others it closed for that. */
export interface Kept {
  readonly kept: number
  readonly discards: number
  /** Those that it closed with whatever number beside. */
  readonly of: number
}

/**
 * How large a client's pool is, in both ways, as one walk through it shows. The one inference of pool sizes: causes and the list of timers
 * ask it.
 */
export class PoolUse {
  #idle = 0
  #mostIdle = 0
  #ignoring = 0
  #discards = 0
  readonly #besides = new Map<number, number>()
  #open = 0
  #mostOpen = 0
  #requests = 0
  #followed = 0
  /** Requests that waited while so many were in use, the most at which any did. */
  #waited = 0
  #waitedFor = 0

  /** Connections idle now, without those the client is about to give up. */
  get idle(): number {
    return this.#idle
  }

  get requests(): number {
    return this.#requests
  }

  add(change: 1 | -1): void {
    this.#idle += change
    if (this.#idle > this.#mostIdle) this.#mostIdle = this.#idle
  }

  opened(): void {
    if (++this.#open > this.#mostOpen) this.#mostOpen = this.#open
  }

  closed(): void {
    this.#open--
  }

  /** A request begins; it `follows` another on its connection. */
  request(follows: boolean): void {
    this.#requests++
    if (follows) this.#followed++
  }

  /** One that follows left at once, when so many connections, its own included, were in use. */
  waits(inUse: number): void {
    if (inUse > this.#waitedFor) {
      this.#waitedFor = inUse
      this.#waited = 0
    }
    if (inUse === this.#waitedFor) this.#waited++
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

  get held(): Held {
    return {
      most: this.#mostOpen,
      waited: this.#waitedFor >= this.#mostOpen ? this.#waited : 0,
      followed: this.#followed,
    }
  }

  /**
   * How many idle connections the client keeps: with as many idle it gave up others, twice or more and mostly. One more may stand idle
   * for a moment, until it is given up. Null where the traffic does not tell.
   */
  get size(): Kept | null {
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
    return { kept, discards, of: this.#discards }
  }
}

/** A pool's number, and how it was used. */
export interface UsedPool {
  readonly pool: number
  readonly use: PoolUse
}

/** Pools looked at: those with the most requests. */
const MOST = 20

/** The pools of which something can be told, as the walk is done with them. */
export class PoolUses {
  #pools: UsedPool[] = []

  add(pool: number, use: PoolUse): void {
    const { most } = use.held
    if ((most < 2 || most > LARGEST_POOL) && use.size === null) return
    if (this.#pools.length === MOST && use.requests <= this.#pools.at(-1)!.use.requests) return
    this.#pools.push({ pool, use })
    this.#pools.sort((a, b) => b.use.requests - a.use.requests || a.pool - b.pool)
    this.#pools.length = Math.min(this.#pools.length, MOST)
  }

  /** Those with the most requests first. */
  get all(): readonly UsedPool[] {
    return this.#pools
  }
}
