import type { Calibration } from '../../../shared/model/simulation'
import { AS_CAPTURED, MAX_CALIBRATION_ERROR } from '../../../shared/model/simulation'
import type { Demand, PoolDemand } from './demand'
import { FORCED } from './demand'
import type { Replay } from './replay'
import { settingsOf } from './settings'
import type { Settings } from './settings'
import { Tally } from './tally'

/**
 * Replays at the settings the traffic reveals and compares pool by pool. Which free connection a client takes is not to be seen; of the one
 * used last (what most clients do) and the one idle longest, the pool keeps what agrees better with it.
 */
export function calibrate(demand: Demand, replay: Replay): Calibration {
  const settings = settingsOf(AS_CAPTURED, demand)
  let observed = 0
  let simulated = 0
  let off = 0
  for (const pool of demand.pools) {
    let opened = openedIn(pool, replay, settings, demand)
    if (opened !== pool.opened && !pool.multiplexed) {
      pool.oldestFirst = true
      const other = openedIn(pool, replay, settings, demand)
      if (Math.abs(other - pool.opened) < Math.abs(opened - pool.opened)) opened = other
      else pool.oldestFirst = false
    }
    observed += pool.opened
    simulated += opened
    off += Math.abs(opened - pool.opened)
  }
  const error = observed === 0 ? (simulated === 0 ? 0 : 1) : off / observed
  return { observed, simulated, error, trusted: observed > 0 && error <= MAX_CALIBRATION_ERROR, asCaptured: givenIn(demand) }
}

/** What no setting explains is replayed as it was. */
function givenIn({ flags, endsAfter }: Demand): NonNullable<Calibration['asCaptured']> {
  return {
    openings: flags.reduce((n, flag) => n + ((flag & FORCED) === 0 ? 0 : 1), 0),
    closes: endsAfter.reduce((n, gap) => n + (Number.isFinite(gap) ? 1 : 0), 0),
  }
}

function openedIn(pool: PoolDemand, replay: Replay, settings: Settings, { to }: Demand): number {
  const tally = new Tally(to, false)
  replay.pool(pool, settings, tally)
  return tally.connections
}
