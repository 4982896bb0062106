/** Hidden timers: what the servers' and the clients' configuration must be, read off the traffic. */
import type { ChainTimeout, InferredTimer } from '../../../shared/model/timers'
import type { Store } from '../../store/store'
import type { Habits } from '../case'
import { together } from '../together'
import { maxAge } from './ages'
import { idleTimeout, survivedBy } from './idle-timeouts'
import type { Owner } from './owners'
import { ownersOf } from './owners'
import type { Sized } from './pool-sizes'
import { requestLimit } from './request-limits'

/** Timers listed. */
const MAX_TIMERS = 100

/** A server or a client, and what it was seen to be set to. */
export interface Observed {
  readonly owner: Owner
  readonly timers: readonly InferredTimer[]
}

/** Looks at the servers and clients with the most connections. Reads the tables of tables.ts, and the verdicts. */
export async function observeOwners(
  store: Store,
  { timers, ages }: Pick<Habits, 'timers' | 'ages'>,
): Promise<readonly Observed[]> {
  const [servers, clients] = await together([ownersOf(store, 'server'), ownersOf(store, 'client')])
  const [outlasted, left] = await together([survivedBy(store, 'server', servers), survivedBy(store, 'client', clients)])
  const observed = (owner: Owner): Observed => {
    const { side, key } = owner
    const survived = (side === 'server' ? outlasted : left).get(key) ?? []
    const known = [
      idleTimeout(owner, survived, timers.idleCloses(side, key)),
      side === 'server' ? requestLimit(owner, timers.requestsOf(key), ages) : null,
      maxAge(ages, owner),
    ]
    return { owner, timers: known.filter((timer) => timer !== null) }
  }
  return [...servers, ...clients].map(observed)
}

/** A time-out that the owner's own traffic shows. */
export interface OwnTimeout extends ChainTimeout {
  readonly knownBy: 'observed' | 'advertised'
}

/** An owner's idle time-out: as observed, else as it advertises, else what it is known to exceed. */
export function idleTimeoutOf({ owner, timers }: Observed): OwnTimeout | null {
  const timer = timers.find(({ kind }) => kind === 'idle-timeout')
  if (timer?.bound === 'exact') return { seconds: timer.value, bound: 'exact', knownBy: 'observed' }
  const advertised = owner.side === 'server' ? owner.advertisedTimeout : null
  if (advertised !== null && advertised > 0 && advertised >= (timer?.value ?? 0)) {
    return { seconds: advertised, bound: 'exact', knownBy: 'advertised' }
  }
  return timer === undefined ? null : { seconds: timer.value, bound: 'at-least', knownBy: 'observed' }
}

/** All timers as a summary lists them: what was seen before what was merely survived, then the most used first. */
export function timersOf(observed: readonly Observed[], pools: readonly Sized[]): readonly InferredTimer[] {
  const all = [
    ...observed.flatMap(({ owner, timers }) => timers.map((timer) => ({ timer, connections: owner.connections }))),
    ...pools,
  ]
  all.sort((a, b) => Number(b.timer.bound === 'exact') - Number(a.timer.bound === 'exact') || b.connections - a.connections)
  return all.slice(0, MAX_TIMERS).map(({ timer }) => timer)
}
