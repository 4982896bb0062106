/** The age at which a side closes its connections, idle or not, however much they carried. */
import type { InferredTimer } from '../../../shared/model/timers'
import type { Store } from '../../store/store'
import type { Sample } from './cluster'
import { largestCluster } from './cluster'
import type { Owner } from './owners'
import { KEY_OF } from './owners'

const MAX_SAMPLES = 5000
/** Younger connections end for other reasons. */
const YOUNGEST = 2e9
/** One or two that agree are chance: nothing announces an age. */
const ENOUGH = 3

interface Aged extends Sample {
  readonly gap: number
  readonly exchanges: number
}

const closes = (owner: Owner): string => `
SELECT e.id, e.age, e.closed_at, e.gap, e.exchanges FROM ends e
WHERE e.close_by = '${owner.side}' AND e.answered AND e.client_keeps AND NOT e.mid_stream AND e.exchanges >= 2 AND e.age >= ${YOUNGEST}
  AND ${KEY_OF[owner.side]} = $1
ORDER BY e.id LIMIT ${MAX_SAMPLES}`

const oldest = (owner: Owner): string => `
SELECT max(coalesce(e.closed_at, e.last_at) - e.opened_at) AS age FROM ends e WHERE ${KEY_OF[owner.side]} = $1`

/**
 * The owner's maximum age, where its closes show one.
 *
 * @param known the owner's time-out and limit: what they explain says nothing of age.
 */
export async function maxAge(store: Store, owner: Owner, known: readonly InferredTimer[]): Promise<InferredTimer | null> {
  const rows = (await store.rows(closes(owner), [owner.key])).map((row): Aged => ({
    value: row.age as number,
    at: row.closed_at as number,
    connection: row.id as number,
    gap: row.gap as number,
    exchanges: row.exchanges as number,
  }))
  const samples = rows.filter((s) => !known.some((t) => explains(t, s))).sort((a, b) => a.value - b.value)
  const cluster = largestCluster(samples)
  if (cluster === null || cluster.samples < ENOUGH || cluster.instants < ENOUGH || cluster.samples * 2 < samples.length)
    return null
  const members = samples.filter((s) => s.value >= cluster.from && s.value <= cluster.to)
  if (!varies(members)) return null
  const [{ age = null } = {}] = await store.rows(oldest(owner), [owner.key])
  if (age !== null && (age as number) > cluster.to * 1.1 + 0.5e9) return null
  const seconds = (nanos: number): number => Math.round(nanos / 1e3) / 1e6
  return {
    kind: 'max-age',
    side: owner.side,
    who: owner.who,
    value: seconds(cluster.value),
    bound: 'exact',
    spread: { from: seconds(cluster.from), to: seconds(cluster.to) },
    samples: cluster.samples,
    of: samples.length,
    confidence: cluster.samples >= 5 ? 'medium' : 'low',
    advertised: null,
    connections: cluster.connections,
  }
}

const explains = (timer: InferredTimer, s: Aged): boolean =>
  timer.bound === 'exact' &&
  timer.confidence !== 'low' &&
  (timer.kind === 'idle-timeout'
    ? s.gap >= timer.spread.from * 1e9 - 1e6 && s.gap <= timer.spread.to * 1e9 + 1e6
    : timer.kind === 'request-limit' && s.exchanges === timer.value)

/** Idle times and counts differ: an age that is no more than the sum of equal parts is another timer's. */
function varies(members: readonly Aged[]): boolean {
  const gaps = members.map(({ gap }) => gap)
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)]
  return most - least > Math.max(0.1e9, 0.1 * most) || new Set(members.map(({ exchanges }) => exchanges)).size > 1
}
