/** Hidden timers: what the servers' and the clients' configuration must be, read off the traffic. */
import type { InferredTimer } from '../../../shared/model/timers'
import type { Store } from '../../store/store'
import { idleTimeout } from './idle-timeouts'
import { ownersOf } from './owners'
import { requestLimit } from './request-limits'

/** Timers listed. */
const MAX_TIMERS = 100

/** Reads what {@link prepareInference} made, and the verdicts. The most used first. */
export async function inferTimers(store: Store): Promise<readonly InferredTimer[]> {
  const found: { readonly timer: InferredTimer; readonly connections: number }[] = []
  for (const side of ['server', 'client'] as const) {
    for (const owner of await ownersOf(store, side)) {
      const timers = [await idleTimeout(store, owner), side === 'server' ? await requestLimit(store, owner) : null]
      for (const timer of timers) if (timer !== null) found.push({ timer, connections: owner.connections })
    }
  }
  // What was seen comes before what was merely survived.
  found.sort((a, b) => Number(b.timer.bound === 'exact') - Number(a.timer.bound === 'exact') || b.connections - a.connections)
  return found.slice(0, MAX_TIMERS).map(({ timer }) => timer)
}
