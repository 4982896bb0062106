/** Clients' pool sizes as they are listed. The inference itself is the walk's (../pool-use.ts). */
import type { InferredTimer, TimerOwner } from '../../../shared/model/timers'
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import type { Held, Kept, UsedPool } from '../pool-use'
import { LARGEST_POOL } from '../pool-use'
import { NAMED } from './cluster'
import { connectionsIn } from './owners'

export interface Sized {
  readonly timer: InferredTimer
  readonly connections: number
}

const NAMES = (pools: readonly number[]): string => `
SELECT s.pool, any_value(s.client_ip) AS address, mode(s.first_agent) AS agent, mode(v.origin) AS origin, count(*)::DOUBLE AS connections,
  array_to_string(min(s.id, ${NAMED}), ' ') AS named
FROM subjects s JOIN verdicts v ON v.connection = s.id WHERE s.pool IN (${pools.map((pool) => pool.toFixed(0)).join(', ')}) GROUP BY s.pool`

/** What the walk saw of the pools with the most requests. After the verdicts. */
export async function poolSizes(store: Store, pools: readonly UsedPool[]): Promise<readonly Sized[]> {
  if (pools.length === 0) return []
  const rows = new Map((await store.rows(NAMES(pools.map(({ pool }) => pool)))).map((row) => [row.pool as number, row]))
  return pools.flatMap(({ pool, use }) => {
    const row = rows.get(pool)
    if (row === undefined) return []
    const connections = row.connections as number
    return [heldTimer(use.held, row), keptTimer(use.size, row)].flatMap((timer) =>
      timer === null ? [] : [{ timer, connections }],
    )
  })
}

const sharedOf = (row: Row): Pick<InferredTimer, 'side' | 'who' | 'advertised' | 'connections'> => ({
  side: 'client',
  who: whoOf(row),
  advertised: null,
  connections: [...connectionsIn(row.named)].sort((a, b) => a - b),
})

const whoOf = (row: Row): TimerOwner => ({
  address: row.address as string,
  product: (row.agent ?? null) as string | null,
  origin: (row.origin ?? null) as string | null,
})

/** Requests that waited for one of the connections, while all were in use, show that there were to be no more. */
function heldTimer({ most, waited, followed }: Held, row: Row): InferredTimer | null {
  if (most < 2 || most > LARGEST_POOL) return null
  const shown = waited >= Math.max(3, most)
  return {
    ...{ kind: 'pool-size', ...sharedOf(row), value: most, bound: shown ? 'exact' : 'at-least' },
    ...{ spread: { from: most, to: most }, samples: waited, of: followed },
    confidence: waited >= 10 * most ? 'high' : shown && waited >= 2 * most ? 'medium' : 'low',
  }
}

/** Connections that it closed right after their responses, while as many as it keeps were idle, show that it keeps no more. */
function keptTimer(size: Kept | null, row: Row): InferredTimer | null {
  if (size === null) return null
  const { kept, discards, of } = size
  return {
    ...{ kind: 'kept-idle', ...sharedOf(row), value: kept, bound: 'exact' },
    ...{ spread: { from: kept, to: kept }, samples: discards, of },
    confidence: discards >= 10 ? 'high' : discards >= 4 ? 'medium' : 'low',
  }
}
