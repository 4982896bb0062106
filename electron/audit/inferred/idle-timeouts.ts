/** The idle time after which a side closes: the gap that recurs among its closes, or the longest one survived. */
import type { Confidence, InferredTimer } from '../../../shared/model/timers'
import type { Store } from '../../store/store'
import type { Cluster, Sample } from './cluster'
import { largestCluster, NAMED } from './cluster'
import type { Owner } from './owners'
import { connectionsIn, KEY_OF } from './owners'

/** Closes read of one owner; more of the same would not change the middle. */
const MAX_SAMPLES = 5000
/** A pause that is survived is worth telling from here on. */
const SHORTEST_SURVIVAL = 1e9
/** A server may hold on longer than it advertises: Node.js adds a second of its own. */
const ADVERTISED_MARGIN = { below: 0.2e9, above: 1.2e9 }

const idleCloses = (owner: Owner): string => `
SELECT e.id, e.gap, e.closed_at FROM ends e
WHERE e.close_by = '${owner.side}' AND e.idle AND (e.answered OR e.raced) AND e.client_keeps AND e.server_keeps AND ${KEY_OF[owner.side]} = $1
ORDER BY e.id LIMIT ${MAX_SAMPLES}`

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
export async function idleTimeout(store: Store, owner: Owner): Promise<InferredTimer | null> {
  const samples = (await store.rows(idleCloses(owner), [owner.key]))
    .map((row): Sample => ({ value: row.gap as number, at: row.closed_at as number, connection: row.id as number }))
    .sort((a, b) => a.value - b.value)
  const [row = {}] = await store.rows(survived(owner), [owner.key])
  const most = (row.most ?? 0) as number
  const advertised = owner.side === 'server' ? owner.advertisedTimeout : null
  const shared = { kind: 'idle-timeout', side: owner.side, who: owner.who, advertised } as const
  const cluster = largestCluster(samples)
  const confidence = cluster === null ? null : confidenceOf(cluster, samples.length, most, advertised)
  if (cluster !== null && confidence !== null) {
    return {
      ...shared,
      value: inSeconds(cluster.value),
      bound: 'exact',
      spread: { from: inSeconds(cluster.from), to: inSeconds(cluster.to) },
      samples: cluster.samples,
      of: samples.length,
      confidence,
      connections: cluster.connections,
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

/** How sure the cluster is to be a timer; null where it need not be one at all. */
export function confidenceOf(cluster: Cluster, closes: number, survived: number, advertised: number | null): Confidence | null {
  const { value, from, to, samples, instants } = cluster
  const announced =
    advertised !== null &&
    value >= advertised * 1e9 - ADVERTISED_MARGIN.below &&
    value <= advertised * 1e9 + ADVERTISED_MARGIN.above
  // Connections that are closed at one moment agree without a timer: the program ended.
  if (!announced && (samples < 2 || instants < 2)) return null
  // Two that are merely alike need not be a timer's; a timer's agree closely.
  if (!announced && samples < 4 && to - from > Math.max(0.1e9, value * 0.02)) return null
  const share = samples / closes
  if (share < 0.25) return null
  const contradicted = survived > to + Math.max(0.2e9, value * 0.05)
  if (contradicted || share < 0.5) return 'low'
  return samples >= 5 && instants >= 3 ? 'high' : 'medium'
}

const inSeconds = (nanos: number): number => Math.round(nanos / 1e3) / 1e6
