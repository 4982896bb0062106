/** How often requests are expected to meet a server's close, from the pauses in this very traffic. */
import type { PoolRacePrediction, RacePrediction } from '../../../shared/model/races'
import type { Confidence } from '../../../shared/model/timers'
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import type { Observed, OwnTimeout } from './index'
import { together } from '../together'
import { idleTimeoutOf } from './index'
import type { Owner } from './owners'
import { byOwner } from './owners'

const MAX_PREDICTIONS = 50
/** Origins, and pools, looked at of each server, those with the most reused requests first. */
const MOST_LINES = 200
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
const pauses = (servers: readonly Timed[], by: 'origin' | 'pool'): string => {
  const timed = servers
    .map(({ owner, timeout }) => `(${owner.key.toFixed(0)}, ${(timeout.seconds * 1e9).toFixed(0)}::DOUBLE)`)
    .join(', ')
  const inDoublings = Array.from({ length: DOUBLINGS }, (_, k) => {
    const half = `(o.rtt / 2 * ${2 ** k})`
    return `count_if(abs(pause + o.rtt / 2 - timeout) < ${half})::DOUBLE AS near_${k}`
  }).join(', ')
  return `
WITH timed(server_number, timeout) AS (VALUES ${timed}
), pauses AS (
  SELECT t.server_number AS key, t.timeout, v.${by} AS line, g.gap - e.client_way AS pause, e.path_rtt AS rtt
  FROM idle_gaps g JOIN ends e ON e.id = g.connection JOIN verdicts v ON v.connection = e.id JOIN timed t ON t.server_number = e.server_number
  WHERE g.answered OR e.raced
  UNION ALL
  SELECT t.server_number, t.timeout, v.${by}, v.demand_gap_seconds * 1e9 - e.client_way, e.path_rtt
  FROM verdicts v JOIN ends e ON e.id = v.connection JOIN timed t ON t.server_number = e.server_number
  WHERE v.cause = 'server-idle-timeout'
), by_line AS (
  SELECT key, line, median(rtt) AS rtt FROM pauses WHERE rtt > 0 GROUP BY key, line
), counted AS (
  SELECT p.key, p.line, any_value(o.rtt) AS rtt, count(*)::DOUBLE AS pauses, ${inDoublings}
  FROM pauses p JOIN by_line o ON o.key = p.key AND o.line = p.line GROUP BY p.key, p.line
), reused AS (
  SELECT e.server_number AS key, v.${by} AS line, sum(e.exchanges - 1)::DOUBLE AS requests, count_if(e.raced)::DOUBLE AS seen
  FROM ends e JOIN verdicts v ON v.connection = e.id JOIN timed t ON t.server_number = e.server_number GROUP BY e.server_number, v.${by}
)
SELECT c.* REPLACE (c.key::DOUBLE AS key), r.requests, r.seen FROM counted c JOIN reused r ON r.key = c.key AND r.line = c.line WHERE r.requests > 0
QUALIFY row_number() OVER (PARTITION BY c.key ORDER BY r.requests DESC, c.line) <= ${MOST_LINES}`
}

interface Timed {
  readonly owner: Owner
  readonly timeout: OwnTimeout
}

export interface Predicted {
  readonly origins: readonly RacePrediction[]
  readonly pools: readonly PoolRacePrediction[]
}

/** Of every server whose idle time-out is known, by origin, and by pool: each client has its own habits. Reads `ends`, `idle_gaps` and the verdicts. */
export async function racePredictions(store: Store, observed: readonly Observed[]): Promise<Predicted> {
  const servers = observed.flatMap((one): readonly Timed[] => {
    const timeout = idleTimeoutOf(one)
    return one.owner.side === 'server' && timeout?.bound === 'exact' ? [{ owner: one.owner, timeout }] : []
  })
  if (servers.length === 0) return { origins: [], pools: [] }
  const [origins, pools] = await together([store.rows(pauses(servers, 'origin')), store.rows(pauses(servers, 'pool'))])
  const named = mostLosses(predictions(servers, pools, (row, said) => ({ pool: row.line as number, ...said })))
  const names = await namesOf(
    store,
    named.map(({ pool }) => pool),
  )
  return {
    origins: mostLosses(predictions(servers, origins, (row, said) => ({ origin: row.line as string, ...said }))),
    pools: named.map(({ pool, ...said }) => ({ pool, ...(names.get(pool) ?? { origin: '', client: '' }), ...said })),
  }
}

const predictions = <P>(servers: readonly Timed[], rows: readonly Row[], of: (row: Row, said: Said) => P): readonly P[] => {
  const byServer = byOwner(rows)
  return servers.flatMap((server) => (byServer.get(server.owner.key) ?? []).map((row) => of(row, prediction(server, row))))
}

function mostLosses<P extends Said>(found: readonly P[]): readonly P[] {
  const losses = (p: P): number => p.expectedPer10000 * p.reusedRequests
  return [...found].sort((a, b) => losses(b) - losses(a) || b.reusedRequests - a.reusedRequests).slice(0, MAX_PREDICTIONS)
}

interface PoolName {
  readonly origin: string
  readonly client: string
}

/** The origin and the client's address of pools, by the pool's number. */
async function namesOf(store: Store, pools: readonly number[]): Promise<ReadonlyMap<number, PoolName>> {
  if (pools.length === 0) return new Map()
  const rows = await store.rows(
    `SELECT v.pool, mode(v.origin) AS origin, any_value(c.client_ip) AS client FROM verdicts v JOIN connections c ON c.id = v.connection
    WHERE v.pool IN (${pools.map((pool) => pool.toFixed(0)).join(', ')}) GROUP BY v.pool`,
  )
  return new Map(rows.map((row) => [row.pool as number, { origin: row.origin as string, client: row.client as string }]))
}

/** What a prediction says, whatever it is of. */
type Said = Omit<RacePrediction, 'origin'>

function prediction({ owner, timeout }: Timed, row: Row): Said {
  const n = (name: string): number => (row[name] ?? 0) as number
  const { near, window } = around(timeout.seconds * 1e9, n('rtt'), (k) => n(`near_${k}`))
  const requests = n('requests')
  return {
    server: owner.who.address,
    timeoutSeconds: timeout.seconds,
    knownBy: timeout.knownBy,
    rttSeconds: n('rtt') / 1e9,
    reusedRequests: requests,
    pauses: n('pauses'),
    near,
    windowSeconds: window / 1e9,
    seen: n('seen'),
    expectedPer10000: Math.round(((near * n('rtt')) / window / requests) * 1e6) / 100,
    confidence: confidenceIn(near, requests, n('rtt') / window),
  }
}

/** Requests, and pauses near the time-out, that make an estimate: a count of 10 is off by a third, as counts go, one of 30 by a fifth. */
const MANY = { requests: 1000, near: 30 }
const SOME = { requests: 100, near: SUFFICE }
/** Of a thing that was not seen, three are not ruled out (at 95 %): of 10,000 requests one is few, ten are not. */
const RULED_OUT = 3
const FEW = { high: 1, medium: 10 }

function confidenceIn(near: number, requests: number, share: number): Confidence {
  if (near === 0) {
    const most = ((RULED_OUT * share) / requests) * 10_000
    return requests < SOME.requests || most > FEW.medium ? 'low' : most > FEW.high ? 'medium' : 'high'
  }
  if (requests < SOME.requests || near < SOME.near) return 'low'
  return requests >= MANY.requests && near >= MANY.near ? 'high' : 'medium'
}

/** The narrowest window that tells enough: one round trip wide, or doubled until it does. */
function around(timeout: number, rtt: number, near: (doublings: number) => number): { near: number; window: number } {
  if (near(0) >= COUNTED) return { near: near(0), window: rtt }
  let k = 0
  while (k + 1 < DOUBLINGS && near(k) < SUFFICE && (rtt / 2) * 2 ** (k + 1) <= WIDEST * timeout) k++
  return { near: near(k), window: rtt * 2 ** k }
}
