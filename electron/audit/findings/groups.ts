/** Avoidable connections, grouped by why: what most rules look at. The store makes the groups; a rule never sees a row. */
import type { Cause } from '../../../shared/model/audit'
import type { Side } from '../../../shared/model/facts'
import type { Store } from '../../store/store'

/** Connections a finding names. */
export const NAMED = 20
const MAX_GROUPS = 2000

export interface CaseGroup {
  readonly cause: Cause
  readonly origin: string
  /** The Server field, as the responses before had it. */
  readonly product: string | null
  readonly userAgent: string | null
  /** One client's address when there is only one. */
  readonly client: string | null
  readonly connections: readonly number[]
  readonly handshakes: number
  readonly roundTrips: number
  readonly seconds: number
  /** Idle seconds of the earlier connection at the next demand: the median, what 95 % are below, and the longest. */
  readonly demandGap: { readonly median: number; readonly p95: number; readonly longest?: number } | null
  /** Idle seconds before the earlier connection's close. */
  readonly closeGapSeconds: number | null
  readonly timeoutSeconds: number | null
  readonly limit: number | null
  /** The age at which connections were ended, in seconds. */
  readonly ageSeconds: number | null
  /** Which side ended the earlier connections; null where both did, or it is not known. */
  readonly endedBy: Side | null
  /** The client ended them with a response outstanding. */
  readonly gaveUp: boolean
  /** The port of the server that was connected to, which a Host field need not name; null in a HAR. */
  readonly serverPort: number | null
  /** Its address, where it is one only. */
  readonly serverIp: string | null
  /** All connections of the origin, and those of them that were avoidable for whatever cause. */
  readonly atOrigin: { readonly connections: number; readonly avoidable: number }
  /** The time-out the server announced, in seconds. */
  readonly advertisedTimeout: number | null
  /** The last request's version and Connection field, and the last response's. */
  readonly requestVersion: string | null
  readonly requestConnection: string | null
  readonly responseConnection: string | null
  readonly closeDelimited: boolean
  /** Status of the last responses, with how often each. */
  readonly statuses: ReadonlyMap<number, number>
  /** The most requests the server announced (Keep-Alive: max=). */
  readonly advertisedMax: number | null
  /** The Via field of the requests and of the responses, and their other fields that name a product (ExchangeFact). */
  readonly requestVia: string | null
  readonly responseVia: string | null
  readonly requestMarks: string | null
  readonly responseMarks: string | null
  /** Connections that the busiest of the pools concerned needed at once. */
  readonly poolNeeded: number | null
  /** Requests a needed connection of the busiest pool would carry in an hour; null where the pool was seen for less than a minute. */
  readonly perConnectionHour: number | null
  /** Requests that the earlier connections carried, at the most. */
  readonly mostCarried: number
  /** A proxy sent the requests: they carried Via, X-Forwarded-For or Forwarded. */
  readonly proxied: boolean
  /** A proxy opened the connections, be it known by its headers or by joining its legs: the User-Agents are its users'. */
  readonly fromProxy: boolean
  readonly transport: string
}

const GROUPS = `
WITH pools AS (
  SELECT s.pool, count_if(v.verdict = 'needed')::DOUBLE AS needed,
    sum(s.exchange_count)::DOUBLE AS exchanges, (max(s.last_at) - min(s.demand_at)) / 1e9 AS seconds
  FROM verdicts v JOIN subjects s ON s.id = v.connection GROUP BY s.pool
), origins AS (
  SELECT origin, count(*)::DOUBLE AS all_there, count_if(verdict = 'avoidable')::DOUBLE AS avoidable_there FROM verdicts GROUP BY origin
)
SELECT v.cause, v.gave_up, v.origin, p.product, p.first_agent AS user_agent, p.transport,
  CASE WHEN min(s.client_ip) = max(s.client_ip) THEN min(s.client_ip) END AS client,
  string_agg(v.connection::VARCHAR, ' ' ORDER BY v.connection) FILTER (v.nth <= ${NAMED}) AS connections,
  count(*)::DOUBLE AS handshakes, sum(v.setup_round_trips) AS round_trips, coalesce(sum(v.setup_seconds), 0) AS seconds,
  quantile_cont(v.demand_gap_seconds, 0.5) AS gap_median, quantile_cont(v.demand_gap_seconds, 0.95) AS gap_p95, max(v.demand_gap_seconds) AS gap_longest,
  median(v.gap_seconds) AS close_gap, median(v.timeout_seconds) AS timeout, median(v.request_limit) AS request_limit, median(CASE WHEN v.cause = 'age-limit' THEN TRY_CAST(json_extract_string(v.evidence, '$.ageSeconds') AS DOUBLE) END) AS age,
  CASE WHEN min(coalesce(json_extract_string(v.evidence, '$.closedBy'), '')) = max(json_extract_string(v.evidence, '$.closedBy')) THEN max(json_extract_string(v.evidence, '$.closedBy')) END AS ended_by,
  nullif(mode(s.server_port), 0)::DOUBLE AS server_port, CASE WHEN min(s.server_ip) = max(s.server_ip) THEN min(s.server_ip) END AS server_ip, any_value(o.all_there) AS all_there, any_value(o.avoidable_there) AS avoidable_there,
  max(p.advertised_timeout) AS advertised_timeout, mode(p.last_version) AS request_version,
  mode(p.request_connection) AS request_connection, mode(p.response_connection) AS response_connection,
  2 * count_if(coalesce(p.last_close_delimited AND p.last_complete, false)) > count(*) AS close_delimited,
  histogram(p.last_status)::VARCHAR AS statuses,
  bool_and(s.from_proxy) AS from_proxy, bool_or(s.from_proxy OR coalesce(lh.forwarded, false) OR lh.request_via IS NOT NULL) AS proxied,
  max(p.first_max) AS advertised_max, mode(lh.request_via) AS request_via, mode(lh.response_via) AS response_via,
  mode(lh.request_marks) AS request_marks, mode(lh.response_marks) AS response_marks,
  max(p.exchange_count)::DOUBLE AS most_carried, max(nullif(n.needed, 0)) AS pool_needed,
  max(CASE WHEN n.seconds >= 60 AND n.needed > 0 THEN n.exchanges / n.needed / n.seconds * 3600 END) AS per_connection_hour
FROM (SELECT *, coalesce(json_extract_string(evidence, '$.gaveUp') = 'true', false) AS gave_up, row_number() OVER (PARTITION BY cause, origin ORDER BY connection) AS nth FROM verdicts WHERE verdict = 'avoidable') v
JOIN subjects s ON s.id = v.connection
JOIN subjects p ON p.id = v.previous
LEFT JOIN pools n ON n.pool = s.pool
JOIN origins o ON o.origin = v.origin
LEFT JOIN exchange_rows f ON f.connection = p.id AND f.ordinal = 0
LEFT JOIN header_sets lh ON lh.id = f.headers
GROUP BY v.cause, v.origin, p.product, p.first_agent, p.transport,
  CASE WHEN v.cause = 'age-limit' THEN json_extract_string(v.evidence, '$.closedBy') END, gave_up
ORDER BY round_trips DESC, v.origin, v.cause LIMIT ${MAX_GROUPS}`

export async function caseGroups(store: Store): Promise<readonly CaseGroup[]> {
  return (await store.rows(GROUPS)).map((row) => {
    const maybe = <T>(name: string): T | null => (row[name] ?? null) as T | null
    const median = maybe<number>('gap_median')
    return {
      cause: row.cause as Cause,
      origin: row.origin as string,
      product: maybe('product'),
      userAgent: maybe('user_agent'),
      client: maybe('client'),
      connections: (maybe<string>('connections') ?? '')
        .split(' ')
        .filter((id) => id !== '')
        .map(Number),
      handshakes: row.handshakes as number,
      roundTrips: (row.round_trips ?? 0) as number,
      seconds: row.seconds as number,
      demandGap: median === null ? null : { median, p95: row.gap_p95 as number, longest: row.gap_longest as number },
      closeGapSeconds: maybe('close_gap'),
      timeoutSeconds: maybe('timeout'),
      limit: maybe('request_limit'),
      ageSeconds: maybe('age'),
      endedBy: maybe('ended_by'),
      gaveUp: row.gave_up === true,
      serverPort: maybe('server_port'),
      serverIp: maybe('server_ip'),
      atOrigin: { connections: row.all_there as number, avoidable: row.avoidable_there as number },
      advertisedTimeout: maybe('advertised_timeout'),
      requestVersion: maybe('request_version'),
      requestConnection: maybe('request_connection'),
      responseConnection: maybe('response_connection'),
      closeDelimited: row.close_delimited === true,
      statuses: countsIn(maybe('statuses')),
      mostCarried: (row.most_carried ?? 0) as number,
      proxied: row.proxied === true,
      advertisedMax: maybe('advertised_max'),
      requestVia: maybe('request_via'),
      responseVia: maybe('response_via'),
      requestMarks: maybe('request_marks'),
      responseMarks: maybe('response_marks'),
      poolNeeded: maybe('pool_needed'),
      perConnectionHour: maybe('per_connection_hour'),
      fromProxy: row.from_proxy === true,
      transport: row.transport as string,
    }
  })
}

/** DuckDB's histogram as text: {400=28, 411=5}. */
const countsIn = (text: string | null): ReadonlyMap<number, number> =>
  new Map([...(text ?? '').matchAll(/(\d+)=(\d+)/g)].map(([, value, count]) => [Number(value), Number(count)]))

/** Groups that share a key, as one: sums and the widest values; texts of the group with most handshakes. */
export function mergeBy(groups: readonly CaseGroup[], key: (group: CaseGroup) => string): readonly CaseGroup[] {
  const merged = new Map<string, CaseGroup>()
  for (const g of groups) {
    const have = merged.get(key(g))
    merged.set(key(g), have === undefined ? g : join(have, g))
  }
  return [...merged.values()]
}

function summed(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const sum = new Map(a)
  for (const [value, count] of b) sum.set(value, (sum.get(value) ?? 0) + count)
  return sum
}

const larger = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.max(a, b))

function join(a: CaseGroup, b: CaseGroup): CaseGroup {
  const [main, other] = a.handshakes >= b.handshakes ? [a, b] : [b, a]
  return {
    ...main,
    client: a.client === b.client ? a.client : null,
    connections: [...a.connections, ...b.connections].sort((x, y) => x - y).slice(0, NAMED),
    handshakes: a.handshakes + b.handshakes,
    roundTrips: a.roundTrips + b.roundTrips,
    seconds: a.seconds + b.seconds,
    demandGap:
      main.demandGap === null || other.demandGap === null
        ? (main.demandGap ?? other.demandGap)
        : {
            median: main.demandGap.median,
            p95: Math.max(main.demandGap.p95, other.demandGap.p95),
            longest: Math.max(main.demandGap.longest ?? Infinity, other.demandGap.longest ?? Infinity),
          },
    endedBy: a.endedBy === b.endedBy ? a.endedBy : null,
    serverPort: main.serverPort ?? other.serverPort,
    serverIp: a.serverIp === b.serverIp ? a.serverIp : null,
    advertisedTimeout: main.advertisedTimeout ?? other.advertisedTimeout,
    poolNeeded: larger(a.poolNeeded, b.poolNeeded),
    perConnectionHour: larger(a.perConnectionHour, b.perConnectionHour),
    product: main.product ?? other.product,
    mostCarried: Math.max(a.mostCarried, b.mostCarried),
    proxied: a.proxied || b.proxied,
    fromProxy: a.fromProxy && b.fromProxy,
    closeDelimited: a.closeDelimited || b.closeDelimited,
    statuses: summed(a.statuses, b.statuses),
  }
}
