/** How often requests are expected to meet a server's close, from the pauses in this very traffic. */
import type { RacePrediction } from '../../../shared/model/races'
import type { Store } from '../../store/store'
import type { Observed } from './index'
import { idleTimeoutOf } from './index'

const MAX_PREDICTIONS = 50
/** So many pauses in the window itself are counted as they are; below, the window is widened until it holds as many as suffice. */
const COUNTED = 3
const SUFFICE = 10
/** The window grows to a quarter of the time-out on either side, in doublings. */
const WIDEST = 0.25
const DOUBLINGS = 12

/**
 * A pause is measured from the response's end to the next request, where the client is. Those that outlast the time-out show as the
 * pauses before connections that were opened because the server had closed; those the client ended itself never come near it.
 */
const pauses = (timeout: number): string => {
  const inDoublings = Array.from({ length: DOUBLINGS }, (_, k) => {
    const half = `(rtt / 2 * ${2 ** k})`
    return `count_if(abs(pause + rtt / 2 - ${timeout}) < ${half})::DOUBLE AS near_${k}`
  }).join(', ')
  return `
WITH pauses AS (
  SELECT v.origin, g.gap - e.client_way AS pause, e.rtt
  FROM idle_gaps g JOIN ends e ON e.id = g.connection JOIN verdicts v ON v.connection = e.id
  WHERE e.server_number::VARCHAR = $1 AND (g.answered OR e.raced)
  UNION ALL
  SELECT v.origin, v.demand_gap_seconds * 1e9 - e.client_way, e.rtt FROM verdicts v JOIN ends e ON e.id = v.connection
  WHERE e.server_number::VARCHAR = $1 AND v.cause = 'server-idle-timeout'
), by_origin AS (
  SELECT origin, median(rtt) AS rtt FROM pauses WHERE rtt > 0 GROUP BY origin
), counted AS (
  SELECT p.origin, any_value(o.rtt) AS rtt, count(*)::DOUBLE AS pauses, ${inDoublings.replaceAll('rtt', 'o.rtt')}
  FROM pauses p JOIN by_origin o ON o.origin = p.origin GROUP BY p.origin
), reused AS (
  SELECT v.origin, sum(e.exchanges - 1)::DOUBLE AS requests, count_if(e.raced)::DOUBLE AS seen
  FROM ends e JOIN verdicts v ON v.connection = e.id WHERE e.server_number::VARCHAR = $1 GROUP BY v.origin
)
SELECT c.*, r.requests, r.seen FROM counted c JOIN reused r ON r.origin = c.origin WHERE r.requests > 0 LIMIT 200`
}

/** Reads `ends`, `idle_gaps` and the verdicts, for every server whose idle time-out is known. */
export async function racePredictions(store: Store, observed: readonly Observed[]): Promise<readonly RacePrediction[]> {
  const found: RacePrediction[] = []
  for (const one of observed) {
    const timeout = idleTimeoutOf(one)
    if (one.owner.side !== 'server' || timeout?.bound !== 'exact') continue
    for (const row of await store.rows(pauses(timeout.seconds * 1e9), [one.owner.key])) {
      const n = (name: string): number => (row[name] ?? 0) as number
      const { near, window } = around(timeout.seconds * 1e9, n('rtt'), (k) => n(`near_${k}`))
      found.push({
        origin: row.origin as string,
        server: one.owner.who.address,
        timeoutSeconds: timeout.seconds,
        knownBy: timeout.knownBy,
        rttSeconds: n('rtt') / 1e9,
        reusedRequests: n('requests'),
        pauses: n('pauses'),
        near,
        windowSeconds: window / 1e9,
        seen: n('seen'),
        expectedPer10000: Math.round(((near * n('rtt')) / window / n('requests')) * 1e6) / 100,
      })
    }
  }
  const losses = (p: RacePrediction): number => p.expectedPer10000 * p.reusedRequests
  return found.sort((a, b) => losses(b) - losses(a) || b.reusedRequests - a.reusedRequests).slice(0, MAX_PREDICTIONS)
}

/** The narrowest window that tells enough: one round trip wide, or doubled until it does. */
function around(timeout: number, rtt: number, near: (doublings: number) => number): { near: number; window: number } {
  if (near(0) >= COUNTED) return { near: near(0), window: rtt }
  let k = 0
  while (k + 1 < DOUBLINGS && near(k) < SUFFICE && (rtt / 2) * 2 ** (k + 1) <= WIDEST * timeout) k++
  return { near: near(k), window: rtt * 2 ** k }
}
