/** A side's idle time-out as it is listed: the idle time after which it closes, or the longest one survived. */
import type { InferredTimer } from '../../../shared/model/timers'
import type { Store } from '../../store/store'
import { NAMED } from './cluster'
import type { IdleCloses } from './idle-closes'
import { confidenceIn } from './idle-closes'
import type { Owner } from './owners'
import { connectionsIn, KEY_OF } from './owners'

/** A pause that is survived is worth telling from here on. */
const SHORTEST_SURVIVAL = 1e9

/** What a side was seen to survive: a request after a pause, the other side's close, a last packet with nothing after it. */
const survived = (owner: Owner): string => `
WITH survived AS (
  SELECT g.connection AS id, g.gap ${owner.side === 'server' ? '+ e.server_way' : '- e.client_way'} AS gap
  FROM idle_gaps g JOIN ends e ON e.id = g.connection WHERE g.answered AND ${KEY_OF[owner.side]} = $1
  UNION ALL
  SELECT e.id, coalesce(e.closed_at, e.last_at) - e.idle_since AS gap FROM ends e
  WHERE e.answered AND e.client_keeps AND e.server_keeps AND e.close_by IS DISTINCT FROM '${owner.side}' AND ${KEY_OF[owner.side]} = $1
), longest AS (SELECT max(gap) AS most FROM survived)
SELECT most, count_if(gap >= most / 2)::DOUBLE AS samples, count(*)::DOUBLE AS looked_at,
  array_to_string(arg_max(id, gap, ${NAMED}) FILTER (gap >= most / 2), ' ') AS connections
FROM survived, longest GROUP BY most`

/** The owner's idle time-out, if the traffic shows one, or the most it is known to exceed. */
export async function idleTimeout(store: Store, owner: Owner, closes: IdleCloses | undefined): Promise<InferredTimer | null> {
  const [row = {}] = await store.rows(survived(owner), [owner.key])
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
