/** A side's idle time-out as it is listed: the idle time after which it closes, or the longest one survived. */
import type { InferredTimer } from '../../../shared/model/timers'
import type { Side } from '../../../shared/model/facts'
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import { NAMED } from './cluster'
import type { IdleCloses } from './idle-closes'
import { confidenceIn } from './idle-closes'
import type { Owner } from './owners'
import { byOwner, connectionsIn, KEY_OF, keysOf } from './owners'

/** A pause that is survived is worth telling from here on. */
const SHORTEST_SURVIVAL = 1e9

/**
 * What a side was seen to survive: a request after a pause, the other side's close, a last packet with nothing after it.
 *
 * @param which a condition on rows `e` of `ends`, of the program's own
 */
const survivals = (side: Side, which: string): string => `
  SELECT e.program_number, e.server_number, g.connection AS id, g.gap ${side === 'server' ? '+ e.server_way' : '- e.client_way'} AS gap
  FROM idle_gaps g JOIN ends e ON e.id = g.connection WHERE g.answered AND ${which}
  UNION ALL
  SELECT e.program_number, e.server_number, e.id, coalesce(e.closed_at, e.last_at) - e.idle_since AS gap FROM ends e
  WHERE e.answered AND e.client_keeps AND e.server_keeps AND e.close_by IS DISTINCT FROM '${side}' AND ${which}`

const survived = (side: Side, keys: string): string => `
WITH survived AS (SELECT ${KEY_OF[side]} AS key, id, gap FROM (${survivals(side, `e.${KEY_OF[side]} IN (${keys})`)})
), longest AS (SELECT key, max(gap) AS most FROM survived GROUP BY key)
SELECT s.key::DOUBLE AS key, any_value(most) AS most, count_if(gap >= most / 2)::DOUBLE AS samples, count(*)::DOUBLE AS looked_at,
  array_to_string(arg_max(id, gap, ${NAMED}) FILTER (gap >= most / 2), ' ') AS connections
FROM survived s JOIN longest l ON l.key = s.key GROUP BY s.key`

/** A client's program and a server, by their numbers. */
export interface Ends {
  readonly program: number
  readonly server: number
}

/** The longest idle time, in nanoseconds, that clients' programs let pass towards each of these servers: 0 where none was seen. */
export async function survivedBetween(store: Store, wanted: readonly Ends[]): Promise<(ends: Ends) => number> {
  if (wanted.length === 0) return () => 0
  const pairs = wanted.map(({ program, server }) => `(${Math.trunc(program)}, ${Math.trunc(server)})`)
  const rows = await store.rows(
    `SELECT program_number AS program, server_number AS server, max(gap) AS most
    FROM (${survivals('client', `(e.program_number, e.server_number) IN (${pairs.join(',')})`)}) GROUP BY ALL`,
  )
  const known = new Map(rows.map((row) => [`${row.program as number} ${row.server as number}`, row.most as number]))
  return ({ program, server }) => known.get(`${program} ${server}`) ?? 0
}

/** What the owners of one side were seen to survive, by the owner's key. */
export async function survivedBy(
  store: Store,
  side: Side,
  owners: readonly Owner[],
): Promise<ReadonlyMap<number, readonly Row[]>> {
  return owners.length === 0 ? new Map() : byOwner(await store.rows(survived(side, keysOf(owners))))
}

/** The owner's idle time-out, if the traffic shows one, or the most it is known to exceed. */
export function idleTimeout(owner: Owner, [row = {}]: readonly Row[], closes: IdleCloses | undefined): InferredTimer | null {
  const most = (row.most ?? 0) as number
  const advertised = owner.side === 'server' ? owner.advertisedTimeout : null
  const shared = { kind: 'idle-timeout', side: owner.side, who: owner.who, advertised } as const
  const shown = closes?.timeout ?? null
  if (shown !== null) {
    return {
      ...shared,
      value: inSeconds(shown.value),
      bound: 'exact',
      spread: { from: inSeconds(shown.from), to: inSeconds(shown.to) },
      samples: shown.samples,
      of: shown.of,
      confidence: confidenceIn(shown, most),
      connections: shown.connections,
    }
  }
  if (most < SHORTEST_SURVIVAL) return null
  return {
    ...shared,
    value: inSeconds(most),
    bound: 'at-least',
    spread: { from: inSeconds(most), to: inSeconds(most) },
    samples: row.samples as number,
    of: row.looked_at as number,
    confidence: 'high',
    connections: [...new Set(connectionsIn(row.connections))].sort((a, b) => a - b),
  }
}

const inSeconds = (nanos: number): number => Math.round(nanos / 1e3) / 1e6
