/** Replays a demand under a policy: one pass, no allocation a request. Definitions: docs/audit-model.md, "What-if". */
import type { Demand, PoolDemand } from './demand'
import { replayMultiplexed } from './multiplexed'
import { replaySerial } from './serial'
import type { Settings } from './settings'
import { Slots } from './slots'
import type { Tally } from './tally'

export class Replay {
  readonly #demand: Demand
  readonly #slots: Slots

  constructor(demand: Demand) {
    this.#demand = demand
    this.#slots = new Slots(demand)
  }

  run(settings: Settings, tally: Tally): Tally {
    for (const pool of this.#demand.pools) this.pool(pool, settings, tally)
    return tally
  }

  pool(pool: PoolDemand, settings: Settings, tally: Tally): void {
    const of = settings.of(pool)
    if (of.capacity === 1) replaySerial(this.#demand, pool, of, settings.setups, this.#slots, tally)
    else replayMultiplexed(this.#demand, pool, of, settings.setups, this.#slots, tally)
  }
}
