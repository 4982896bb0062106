/** Totals, origins and timeline: sums over verdicts, made by the store. */
import type {
  AuditSummary,
  Cause,
  EncryptedTotals,
  OriginTotals,
  TimelineBucket,
  Totals,
  TurnsEstimate,
} from '../../shared/model/audit'
import type { Row } from '../store/rows'
import type { Store } from '../store/store'
import { FALSIFIES_REUSE } from './quality'

/** Origins listed; the totals cover all. */
const MAX_ORIGINS = 500
const TARGET_BUCKETS = 60

/** Requests that found their connection open. The first inside a tunnel had to wait for the tunnel: it is none of them. */
const REUSED = 'greatest(c.exchange_count::BIGINT - 1 - coalesce(s.read_tunnel, false)::BIGINT, 0)'

const REUSED_TURNS = 'greatest(c.tls_estimated_turns::BIGINT - 1, 0)'

const SUMS = `
  count(*)::DOUBLE AS connections,
  count_if(c.exchange_count > 0)::DOUBLE AS connections_with_exchanges,
  sum(c.exchange_count)::DOUBLE AS exchanges,
  sum(${REUSED})::DOUBLE AS reused_exchanges,
  sum(CASE WHEN ${FALSIFIES_REUSE} THEN 0 ELSE c.exchange_count END)::DOUBLE AS counted_exchanges,
  sum(CASE WHEN ${FALSIFIES_REUSE} THEN 0 ELSE ${REUSED} END)::DOUBLE AS counted_reused,
  count_if(v.verdict = 'needed')::DOUBLE AS needed,
  count_if(v.verdict <> 'not-judged' AND v.needed_with_http2)::DOUBLE AS needed_with_http2,
  count_if(v.verdict = 'avoidable')::DOUBLE AS avoidable,
  count_if(v.verdict = 'not-judged')::DOUBLE AS not_judged,
  coalesce(sum(v.setup_round_trips) FILTER (v.verdict = 'avoidable'), 0) AS wasted_round_trips,
  coalesce(sum(v.setup_seconds) FILTER (v.verdict = 'avoidable'), 0) AS wasted_seconds,
  coalesce(sum(v.setup_round_trips) FILTER (v.verdict <> 'not-judged'), 0) AS setup_round_trips,
  coalesce(sum(v.setup_seconds) FILTER (v.verdict <> 'not-judged'), 0) AS setup_seconds,
  coalesce(sum(v.slow_start_round_trips) FILTER (v.verdict = 'avoidable'), 0) AS slow_start,
  count_if(coalesce(c.tls_estimated_turns, 0) > 0)::DOUBLE AS estimated_connections,
  coalesce(sum(c.tls_estimated_turns), 0)::DOUBLE AS estimated_turns,
  coalesce(sum(${REUSED_TURNS}), 0)::DOUBLE AS estimated_reused,
  coalesce(sum(c.tls_estimated_turns) FILTER (NOT ${FALSIFIES_REUSE}), 0)::DOUBLE AS counted_turns,
  coalesce(sum(${REUSED_TURNS}) FILTER (NOT ${FALSIFIES_REUSE}), 0)::DOUBLE AS counted_reused_turns,
  median(c.rtt) FILTER (c.rtt >= 0) / 1e9 AS rtt_seconds`

const FROM = 'FROM connections c JOIN verdicts v ON v.connection = c.id JOIN subjects s ON s.id = c.id'

function totalsOf(row: Row): Totals {
  const n = (name: string): number => (row[name] ?? 0) as number
  const counted = n('counted_exchanges')
  return {
    connections: n('connections'),
    connectionsWithExchanges: n('connections_with_exchanges'),
    exchanges: n('exchanges'),
    reusedExchanges: n('reused_exchanges'),
    reuseRatio: counted === 0 ? null : n('counted_reused') / counted,
    needed: n('needed'),
    neededWithHttp2: n('needed_with_http2'),
    avoidable: n('avoidable'),
    notJudged: n('not_judged'),
    wastedRoundTrips: n('wasted_round_trips'),
    wastedSeconds: tidy(n('wasted_seconds')),
    setupRoundTrips: n('setup_round_trips'),
    setupSeconds: tidy(n('setup_seconds')),
    slowStartRoundTripsEstimate: n('slow_start'),
    ...estimateOf(n),
  }
}

function estimateOf(n: (name: string) => number): { readonly estimate?: TurnsEstimate } {
  const [turns, counted] = [n('estimated_turns'), n('counted_turns')]
  if (turns === 0) return {}
  const reuseRatio = counted === 0 ? null : n('counted_reused_turns') / counted
  return { estimate: { connections: n('estimated_connections'), turns, reusedTurns: n('estimated_reused'), reuseRatio } }
}

/** Sums of nanoseconds taken in any order differ in the last bits; to the nanosecond they agree. */
const tidy = (seconds: number): number => Math.round(seconds * 1e9) / 1e9

export interface Sums {
  readonly totals: Totals
  readonly rttSeconds: number | null
  readonly causes: Partial<Record<Cause, number>>
  readonly origins: readonly OriginTotals[]
  /** Round trips of a HAR's TLS handshakes are among them. */
  readonly assumed: boolean
  /** Connections whose requests a key log would let us read. */
  readonly encrypted: number
  readonly encryptedTotals: EncryptedTotals
  /** Encrypted connections whose server name may stand for another (Encrypted ClientHello). */
  readonly outerNames: number
  /** Connections with a CONNECT, and those of them whose requests inside could be read. */
  readonly tunnels: { readonly all: number; readonly read: number }
  /** Origins beyond the listed ones. */
  readonly originsLeftOut: number
  /** Connections and exchanges that the reuse ratio leaves out. */
  readonly leftOut: { readonly connections: number; readonly exchanges: number }
}

export async function sumUp(store: Store): Promise<Sums> {
  const [row = {}] = await store.rows(
    `SELECT ${SUMS}, count_if(${FALSIFIES_REUSE} AND c.exchange_count > 0)::DOUBLE AS left_out,
       count_if(s.connects)::DOUBLE AS tunnels, count_if(s.read_tunnel)::DOUBLE AS read_tunnels,
       bool_or(c.transport = 'har' AND c.tls_round_trips > 0 AND v.setup_round_trips > 0 AND v.verdict <> 'not-judged') AS assumed,
       count_if(s.encrypted)::DOUBLE AS encrypted,
       count_if(s.encrypted AND c.tls_kind IN ('resumed', 'early-data'))::DOUBLE AS encrypted_resumed,
       coalesce(sum(v.setup_round_trips) FILTER (s.encrypted), 0) AS encrypted_round_trips,
       coalesce(sum(v.setup_seconds) FILTER (s.encrypted), 0) AS encrypted_seconds,
       count_if(s.encrypted AND c.tls_outer_hello)::DOUBLE AS outer_names,
       max(c.tls_longest_idle) FILTER (s.encrypted) / 1e9 AS longest_idle,
       median(s.close_at - c.tls_idle_since) FILTER (s.encrypted AND s.close_at >= c.tls_idle_since) / 1e9 AS idle_before_close,
       count_if(s.encrypted AND s.close_at >= c.tls_idle_since)::DOUBLE AS idle_closes ${FROM}`,
  )
  const perOrigin = await store.rows(
    `SELECT v.origin, any_value(s.product) AS product, ${SUMS} ${FROM}
     GROUP BY v.origin ORDER BY wasted_round_trips DESC, avoidable DESC, exchanges DESC, v.origin LIMIT ${MAX_ORIGINS}`,
  )
  const [all = {}] = await store.rows('SELECT count(DISTINCT origin)::DOUBLE AS n FROM verdicts')
  const causeRows = await store.rows(
    `SELECT origin, cause, count(*)::DOUBLE AS n FROM verdicts WHERE verdict = 'avoidable' GROUP BY ALL ORDER BY n DESC, cause`,
  )
  const causes: Partial<Record<Cause, number>> = {}
  const byOrigin = new Map<string, Partial<Record<Cause, number>>>()
  for (const { origin, cause, n } of causeRows as readonly { origin: string; cause: Cause; n: number }[]) {
    causes[cause] = (causes[cause] ?? 0) + n
    byOrigin.set(origin, { ...byOrigin.get(origin), [cause]: n })
  }
  const totals = totalsOf(row)
  return {
    totals,
    rttSeconds: (row.rtt_seconds ?? null) as number | null,
    causes,
    origins: perOrigin.map((r) => ({
      ...totalsOf(r),
      origin: r.origin as string,
      rttSeconds: (r.rtt_seconds ?? null) as number | null,
      causes: byOrigin.get(r.origin as string) ?? {},
      product: (r.product ?? null) as string | null,
    })),
    assumed: row.assumed === true,
    encrypted: (row.encrypted ?? 0) as number,
    encryptedTotals: {
      resumed: (row.encrypted_resumed ?? 0) as number,
      setupRoundTrips: (row.encrypted_round_trips ?? 0) as number,
      setupSeconds: tidy((row.encrypted_seconds ?? 0) as number),
      ...idleEstimate(row),
    },
    outerNames: (row.outer_names ?? 0) as number,
    tunnels: { all: (row.tunnels ?? 0) as number, read: (row.read_tunnels ?? 0) as number },
    originsLeftOut: Math.max(0, ((all.n ?? 0) as number) - perOrigin.length),
    leftOut: {
      connections: (row.left_out ?? 0) as number,
      exchanges: totals.exchanges - ((row.counted_exchanges ?? 0) as number),
    },
  }
}

function idleEstimate(row: Row): Pick<EncryptedTotals, 'idleEstimate'> {
  const seconds = (name: string): number | null => (typeof row[name] === 'number' ? tidy(row[name]) : null)
  const [longestSeconds, beforeCloseSeconds] = [seconds('longest_idle'), seconds('idle_before_close')]
  if (longestSeconds === null && beforeCloseSeconds === null) return {}
  return { idleEstimate: { longestSeconds, beforeCloseSeconds, closes: (row.idle_closes ?? 0) as number } }
}

/** Connections opened over time, in buckets of a round length. @param from,to the audit's first and last instant. */
export async function timelineOf(store: Store, from: number, to: number): Promise<AuditSummary['timeline']> {
  const bucketSeconds = roundLength((to - from) / 1e9 / TARGET_BUCKETS)
  const rows = await store.rows(
    `SELECT floor((c.first_at - $1) / $2) AS bucket, count_if(v.verdict = 'needed')::DOUBLE AS needed,
       count_if(v.verdict = 'avoidable')::DOUBLE AS avoidable, count_if(v.verdict = 'not-judged')::DOUBLE AS not_judged
     ${FROM} GROUP BY bucket ORDER BY bucket`,
    [from, bucketSeconds * 1e9],
  )
  const found = new Map(rows.map((r) => [r.bucket as number, r]))
  const buckets: TimelineBucket[] = []
  const count = Math.min(2 * TARGET_BUCKETS, Math.floor((to - from) / 1e9 / bucketSeconds) + 1)
  for (let i = 0; i < count; i++) {
    const n = (name: string): number => (found.get(i)?.[name] ?? 0) as number
    buckets.push({ from: i * bucketSeconds, needed: n('needed'), avoidable: n('avoidable'), notJudged: n('not_judged') })
  }
  return { bucketSeconds, buckets }
}

const LENGTHS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 1800, 3600, 14400, 86400]
const roundLength = (seconds: number): number => LENGTHS.find((length) => length >= seconds) ?? Math.ceil(seconds / 86400) * 86400
