/** The connections of a pool while it is replayed. One set of arrays serves all pools, one after the other. */
import type { Demand } from './demand'
import { EndQueue } from './end-queue'

export class Slots {
  readonly openedAt: Float64Array
  /** When its last request ends, or ended. */
  readonly endAt: Float64Array
  /** Idle time that it is kept for after that: 0 closes it at once, Infinity never. */
  readonly keptFor: Float64Array
  readonly requests: Int32Array
  /** The chain it serves, or served last. */
  readonly serves: Int32Array
  /** Requests in flight on it; whether it is in the list below, and may be: multiplexed ones only. */
  readonly active: Int32Array
  readonly state: Uint8Array
  readonly readyAt: Float64Array
  /** Free connections, by the time they became so. */
  readonly free: Int32Array
  readonly ends = new EndQueue()
  /** By chain: the connection that served its last request, and when that ends. */
  readonly slotOf: Int32Array
  readonly chainEnd: Float64Array

  constructor(demand: Demand) {
    let most = 0
    for (const { start, end } of demand.pools) most = Math.max(most, end - start)
    const size = most + 1
    this.openedAt = new Float64Array(size)
    this.endAt = new Float64Array(size)
    this.keptFor = new Float64Array(size)
    this.requests = new Int32Array(size)
    this.serves = new Int32Array(size)
    this.active = new Int32Array(size)
    this.state = new Uint8Array(size)
    this.readyAt = new Float64Array(size)
    // A connection is free again after each of its requests at most.
    this.free = new Int32Array(size)
    this.slotOf = new Int32Array(demand.setup.length)
    this.chainEnd = new Float64Array(demand.setup.length)
  }
}
