/** The ledger's lines: sums of costs and the percentiles of what setup added to requests, in all, by origin and by pool. */
import type {
  AddedPerRequest,
  Cost,
  EncryptedCosts,
  LedgerEntry,
  OriginLedger,
  Others,
  PoolLedger,
  SetupCosts,
} from '../../../shared/model/ledger'
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import { together } from '../together'
import { writeCosts } from './costs'

/** Lines of each list; what is beyond is summed up as others. */
const MAX_LINES = 50

const part = (name: string, trips: string, seconds: string, which: string): string => `
  coalesce(sum(${trips}) FILTER (${which}), 0) AS ${name}_round_trips, coalesce(sum(${seconds}) FILTER (${which}), 0) AS ${name}_seconds`

const JUDGED = "v.verdict <> 'not-judged'"
const WASTED = "v.verdict = 'avoidable'"
/** Not judged for want of keys alone. */
const UNREAD = "s.encrypted AND v.verdict = 'not-judged' AND s.exchange_count = 0"

const SUMS = `
  count_if(${JUDGED})::DOUBLE AS judged, count_if(${WASTED})::DOUBLE AS avoidable,
  ${part('all_tcp', 'k.tcp_round_trips', 'k.tcp_seconds', JUDGED)},
  ${part('all_tls', 'k.tls_round_trips_setup', 'k.tls_seconds', JUDGED)},
  ${part('all_slow', 'k.first_slow_start_round_trips', 'k.first_slow_start_seconds', JUDGED)},
  ${part('wasted_tcp', 'k.tcp_round_trips', 'k.tcp_seconds', WASTED)},
  ${part('wasted_tls', 'k.tls_round_trips_setup', 'k.tls_seconds', WASTED)},
  ${part('wasted_slow', 'v.slow_start_round_trips', 'k.wasted_slow_start_seconds', WASTED)},
  count_if(${UNREAD})::DOUBLE AS encrypted,
  ${part('encrypted_tcp', 'k.tcp_round_trips', 'k.tcp_seconds', UNREAD)},
  ${part('encrypted_tls', 'k.tls_round_trips_setup', 'k.tls_seconds', UNREAD)}`

const FROM = 'FROM verdicts v JOIN costs k ON k.connection = v.connection JOIN subjects s ON s.id = v.connection'

/**
 * Percentiles by nearest rank over all requests, of which every one on an open connection waited 0: so only the connections' first
 * requests are sorted, and the rank is counted from the top.
 */
const percentiles = (key: string): string => {
  const from = (p: number): string => `n - ceil(${p} * n) + 1`
  const at = (p: number): string => `coalesce(max(added_seconds) FILTER (rank = ${from(p)}), 0)`
  return `
added AS (
  SELECT ${key} AS key, k.added_seconds, row_number() OVER (PARTITION BY ${key} ORDER BY k.added_seconds DESC) AS rank
  FROM costs k JOIN verdicts v ON v.connection = k.connection JOIN connections c ON c.id = k.connection
  WHERE c.exchange_count > 0
), requests AS (
  SELECT ${key} AS key, sum(c.exchange_count)::DOUBLE AS n
  FROM verdicts v JOIN connections c ON c.id = v.connection GROUP BY ALL
), per_request AS (
  SELECT a.key, any_value(n) AS requests, ${at(0.5)} AS p50, ${at(0.9)} AS p90, ${at(0.99)} AS p99, max(added_seconds) AS most
  FROM added a JOIN requests r ON r.key = a.key GROUP BY a.key
)`
}

const TOTAL = `
WITH ${percentiles("''")}
SELECT e.*, p.* EXCLUDE (key) FROM (
  SELECT '' AS key, ${SUMS} ${FROM}
) e LEFT JOIN per_request p ON p.key = e.key`

const COSTLIEST = `wasted_tcp_round_trips + wasted_tls_round_trips DESC, all_tcp_round_trips + all_tls_round_trips DESC,
  encrypted_tcp_round_trips + encrypted_tls_round_trips DESC, requests DESC`

const ORIGINS = `
WITH ${percentiles('v.origin')}
SELECT e.*, p.* EXCLUDE (key), count(*) OVER ()::DOUBLE AS lines FROM (
  SELECT v.origin AS key, ${SUMS} ${FROM} GROUP BY v.origin
) e LEFT JOIN per_request p ON p.key = e.key ORDER BY ${COSTLIEST} NULLS LAST, e.key LIMIT ${MAX_LINES}`

/** Of connections without a request only encrypted ones share a pool that means anything: the others are in the totals and the origins. */
const POOLS = `
WITH ${percentiles('v.pool')}
SELECT e.*, p.* EXCLUDE (key), count(*) OVER ()::DOUBLE AS lines FROM (
  SELECT v.pool AS key, any_value(v.origin) AS origin, any_value(s.client_ip) AS client,
    CASE WHEN contains(any_value(s.server_ip), ':') THEN '[' || any_value(s.server_ip) || ']' ELSE any_value(s.server_ip) END
      || ':' || any_value(s.server_port) AS server, ${SUMS}
  ${FROM} WHERE s.exchange_count > 0 OR (${UNREAD}) GROUP BY v.pool
) e LEFT JOIN per_request p ON p.key = e.key ORDER BY ${COSTLIEST} NULLS LAST, e.key LIMIT ${MAX_LINES}`

/** Sums of durations taken in any order differ in the last bits; to the nanosecond they agree. */
const tidy = (seconds: number): number => Math.round(seconds * 1e9) / 1e9

const number = (row: Row, name: string): number => (row[name] ?? 0) as number

const cost = (row: Row, name: string): Cost => ({
  roundTrips: number(row, `${name}_round_trips`),
  seconds: tidy(number(row, `${name}_seconds`)),
})

const costs = (row: Row, of: 'all' | 'wasted'): SetupCosts => ({
  tcp: cost(row, `${of}_tcp`),
  tls: cost(row, `${of}_tls`),
  slowStartEstimate: cost(row, `${of}_slow`),
})

function encrypted(row: Row): { readonly encrypted?: EncryptedCosts } {
  const connections = number(row, 'encrypted')
  return connections === 0 ? {} : { encrypted: { connections, tcp: cost(row, 'encrypted_tcp'), tls: cost(row, 'encrypted_tls') } }
}

function added(row: Row): AddedPerRequest {
  const requests = number(row, 'requests')
  const of = (name: string): number | null => (requests === 0 ? null : tidy(number(row, name)))
  return { requests, p50: of('p50'), p90: of('p90'), p99: of('p99'), max: of('most') }
}

const entry = (row: Row): LedgerEntry => ({
  connections: number(row, 'judged'),
  avoidable: number(row, 'avoidable'),
  all: costs(row, 'all'),
  wasted: costs(row, 'wasted'),
  added: added(row),
  ...encrypted(row),
})

/** What the lines leave of the whole. */
function others(total: LedgerEntry, lines: readonly LedgerEntry[], count: number): Others | null {
  if (count <= lines.length) return null
  const left = (of: (entry: LedgerEntry) => Cost | undefined): Cost => {
    const minus = (part: keyof Cost): number => lines.reduce((sum, line) => sum - (of(line)?.[part] ?? 0), of(total)?.[part] ?? 0)
    return { roundTrips: minus('roundTrips'), seconds: tidy(minus('seconds')) }
  }
  const rest = (of: 'all' | 'wasted'): SetupCosts => ({
    tcp: left((entry) => entry[of].tcp),
    tls: left((entry) => entry[of].tls),
    slowStartEstimate: left((entry) => entry[of].slowStartEstimate),
  })
  const unread = lines.reduce((sum, line) => sum - (line.encrypted?.connections ?? 0), total.encrypted?.connections ?? 0)
  return {
    count: count - lines.length,
    connections: lines.reduce((left, line) => left - line.connections, total.connections),
    avoidable: lines.reduce((left, line) => left - line.avoidable, total.avoidable),
    all: rest('all'),
    wasted: rest('wasted'),
    ...(unread === 0
      ? {}
      : {
          encrypted: {
            connections: unread,
            tcp: left((entry) => entry.encrypted?.tcp),
            tls: left((entry) => entry.encrypted?.tls),
          },
        }),
  }
}

export interface Entries {
  readonly total: LedgerEntry
  readonly origins: readonly OriginLedger[]
  readonly otherOrigins: Others | null
  readonly pools: readonly PoolLedger[]
  readonly otherPools: Others | null
}

/** Reads `subjects` and the verdicts; writes `costs`. */
export async function entriesOf(store: Store): Promise<Entries> {
  await writeCosts(store)
  const [[all = {}], originRows, poolRows] = await together([store.rows(TOTAL), store.rows(ORIGINS), store.rows(POOLS)])
  const total = entry(all)
  const origins = originRows.map((row) => ({ origin: row.key as string, ...entry(row) }))
  const pools = poolRows.map((row) => ({
    pool: row.key as number,
    origin: row.origin as string,
    client: row.client as string,
    server: row.server as string,
    ...entry(row),
  }))
  return {
    total,
    origins,
    otherOrigins: others(total, origins, number(originRows[0] ?? {}, 'lines')),
    pools,
    otherPools: others(total, pools, number(poolRows[0] ?? {}, 'lines')),
  }
}
