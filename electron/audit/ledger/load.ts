/** What held connections take: of servers their open and idle time, of either side sockets in TIME_WAIT, of clients their ports. */
import type { Span } from '../simulate/demand'
import type { PortUse, ServerLoad } from '../../../shared/model/ledger'
import { EPHEMERAL_PORTS, TIME_WAIT_SECONDS } from '../../../shared/model/ledger'
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import { IN_USE_TO_THE_END, socketsOverAt } from '../open-end'

const MAX_LINES = 50
const TIME_WAIT = TIME_WAIT_SECONDS * 1e9

/** Shorter ways, in nanoseconds, are what a host takes to answer: the capture was taken there. */
const AT_END = 1e6
const half = (way: string): string => `(CASE WHEN s.syn_ack_count = 1 AND ${way} > ${AT_END} THEN (${way}) / 2 ELSE 0 END)`
/** What a packet takes from the server, and from the client, to the capture: half of each half of the handshake. */
const FROM_SERVER = half('s.syn_ack_at - s.ack_at + s.rtt')
const FROM_CLIENT = half('s.ack_at - s.syn_ack_at')

/** Of twice the way: an answer's FIN comes a whole round trip later, give or take what round trips vary by. */
const CLEARLY = 1.8

/** No request of it was read although it carried data: when it was idle is not known. */
const UNREAD = "s.exchange_count = 0 AND (s.encrypted OR s.application = 'tls' OR s.client_bytes + s.server_bytes > 0)"

/**
 * A side that sends its FIN before the other's has reached it goes through TIME_WAIT (RFC 9293 §3.6); both may. A reset ends a
 * connection without, and QUIC has none. Only connections whose packets were seen: a HAR shows none. What is being set up is not idle.
 */
const held = (to: number): string => `
CREATE OR REPLACE TABLE held AS
WITH multiplexed AS (
  SELECT connection, start_at, end_at, max(end_at) OVER (
    PARTITION BY connection ORDER BY ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered
  FROM (
    SELECT e.connection, e.ordinal, coalesce(e.request_at, e.response_at) AS start_at, coalesce(e.complete_at, e.response_at, e.request_at) AS end_at
    FROM exchange_rows e WHERE e.stream IS NOT NULL
  )
), busy AS (
  -- A connection that was upgraded to HTTP/2 has exchanges of both kinds.
  SELECT connection, max(busy_until) AS busy_until, sum(busy) AS busy FROM (
    SELECT connection, max(end_at) AS busy_until, sum(greatest(0, end_at - greatest(start_at, coalesce(covered, start_at)))) AS busy
    FROM multiplexed GROUP BY connection
    UNION ALL
    SELECT connection, max(coalesce(complete_at, response_at, request_at)),
      sum(greatest(0, coalesce(complete_at, response_at, request_at) - coalesce(request_at, response_at)))
    FROM exchange_rows WHERE stream IS NULL GROUP BY connection
  ) GROUP BY connection
), lasting AS (
  SELECT s.id, coalesce(s.syn_ack_at, s.first_at) AS from_at, ${socketsOverAt('s', to)} AS to_at,
    CASE WHEN s.transport = 'quic' THEN coalesce(s.setup_time, 0) ELSE greatest(0, coalesce(s.ack_at, 0) - s.syn_ack_at) + coalesce(s.tls_setup, 0) END AS setup
  FROM subjects s
  WHERE s.transport IN ('tcp', 'quic') AND (s.syn_ack_at IS NOT NULL OR s.exchange_count > 0 OR s.transport = 'quic' AND s.server_packets > 0)
)
SELECT s.id, s.transport = 'tcp' AS tcp, s.server_number * 2 + (s.transport = 'quic')::INTEGER AS server_number, s.client_number, s.syn_at IS NOT NULL AS opened,
  l.from_at, l.to_at, ${UNREAD} AS unread,
  least(greatest(0, l.to_at - l.from_at), coalesce(l.setup, 0) + coalesce(b.busy, 0)
    + CASE WHEN ${IN_USE_TO_THE_END('s')} THEN greatest(0, l.to_at - b.busy_until)
      WHEN NOT s.last_complete AND NOT s.truncated THEN greatest(0, coalesce(s.tcp_close_at, s.last_at) - b.busy_until) ELSE 0 END) AS busy,
  CASE
    WHEN s.tcp_close_at IS NULL THEN 'open'
    WHEN s.reset_at IS NOT NULL OR s.tcp_close_how = 'rst' THEN 'reset'
    WHEN s.transport = 'quic' THEN s.close_by
    WHEN s.server_fin_at IS NULL THEN 'client'
    WHEN s.client_fin_at IS NULL THEN 'server'
    WHEN s.server_fin_at - s.client_fin_at < ${CLEARLY} * ${FROM_SERVER}
      AND s.client_fin_at - s.server_fin_at < ${CLEARLY} * ${FROM_CLIENT} THEN 'both'
    WHEN s.server_fin_at < s.client_fin_at THEN 'server' ELSE 'client'
  END AS closed_first
FROM subjects s JOIN lasting l ON l.id = s.id LEFT JOIN busy b ON b.connection = s.id`

/** The highest running sum of changes, which come with a key and a moment. @param grain nanoseconds that count as one moment */
const peak = (changes: string, grain: number): string => `
  SELECT key, max(level) AS peak FROM (
    SELECT key, sum(change) OVER (PARTITION BY key ORDER BY moment ROWS UNBOUNDED PRECEDING) AS level
    FROM (SELECT key, floor(moment / ${grain}) AS moment, sum(change) AS change FROM (${changes}) GROUP BY ALL)
  ) GROUP BY key`

const timeWaitOf = (side: 'client' | 'server', key: string): string => `
  SELECT ${key} AS key, to_at AS moment, 1 AS change FROM held WHERE tcp AND closed_first IN ('${side}', 'both')
  UNION ALL SELECT ${key}, to_at + ${TIME_WAIT}, -1 FROM held WHERE tcp AND closed_first IN ('${side}', 'both')`

const SERVERS = `
WITH open AS (${peak('SELECT server_number AS key, from_at AS moment, 1 AS change FROM held UNION ALL SELECT server_number, to_at, -1 FROM held', 1)}),
waiting AS (${peak(timeWaitOf('server', 'server_number'), 1e9)})
SELECT CASE WHEN contains(any_value(s.server_ip), ':') THEN '[' || any_value(s.server_ip) || ']' ELSE any_value(s.server_ip) END
    || ':' || any_value(s.server_port) AS server,
  mode(s.product) AS product, count(*)::DOUBLE AS connections,
  NOT any_value(h.tcp) AS quic, sum(h.to_at - h.from_at) / 1e9 AS open_seconds,
  sum(h.to_at - h.from_at - h.busy) FILTER (NOT h.unread) / 1e9 AS idle_seconds,
  count_if(h.unread)::DOUBLE AS unread, sum(h.to_at - h.from_at) FILTER (h.unread) / 1e9 AS unread_seconds,
  any_value(o.peak)::DOUBLE AS peak_open, coalesce(any_value(w.peak), 0)::DOUBLE AS time_wait,
  count_if(h.closed_first = 'client')::DOUBLE AS client, count_if(h.closed_first = 'server')::DOUBLE AS by_server,
  count_if(h.closed_first = 'both')::DOUBLE AS both, count_if(h.closed_first = 'reset')::DOUBLE AS reset,
  count_if(h.closed_first = 'open')::DOUBLE AS still_open
FROM held h JOIN subjects s ON s.id = h.id JOIN open o ON o.key = h.server_number LEFT JOIN waiting w ON w.key = h.server_number
GROUP BY h.server_number ORDER BY connections DESC, h.server_number LIMIT ${MAX_LINES}`

/** Pairs as one number: both are dense ranks. */
const PAIR = '(client_number::BIGINT * 4294967296 + server_number)'

const PORTS = `
WITH waiting AS (${peak(timeWaitOf('client', PAIR), 1e9)}),
taken AS (${peak(
  `SELECT ${PAIR} AS key, from_at AS moment, 1 AS change FROM held WHERE tcp
   UNION ALL SELECT ${PAIR}, to_at + CASE WHEN closed_first IN ('client', 'both') THEN ${TIME_WAIT} ELSE 0 END, -1 FROM held WHERE tcp`,
  1e6,
)}),
opening AS (
  SELECT key, max(n)::DOUBLE AS most FROM (
    SELECT ${PAIR} AS key, floor(from_at / 1e9) AS second, count(*) AS n FROM held WHERE tcp AND opened GROUP BY ALL
  ) GROUP BY key
)
SELECT any_value(s.client_ip) AS client,
  CASE WHEN contains(any_value(s.server_ip), ':') THEN '[' || any_value(s.server_ip) || ']' ELSE any_value(s.server_ip) END
    || ':' || any_value(s.server_port) AS server,
  count_if(h.opened)::DOUBLE AS opened, coalesce(any_value(n.most), 0) AS per_second,
  count_if(h.closed_first IN ('client', 'both'))::DOUBLE AS first, count_if(h.closed_first <> 'open')::DOUBLE AS closed,
  coalesce(any_value(w.peak), 0)::DOUBLE AS time_wait, any_value(t.peak)::DOUBLE AS taken,
  greatest(1, (max(h.from_at) - min(h.from_at)) / 1e9) AS seconds
FROM (SELECT *, ${PAIR} AS pair FROM held WHERE tcp) h JOIN subjects s ON s.id = h.id JOIN taken t ON t.key = h.pair
LEFT JOIN waiting w ON w.key = h.pair LEFT JOIN opening n ON n.key = h.pair
GROUP BY h.pair HAVING count_if(h.opened) > 0 ORDER BY taken DESC, opened DESC, h.pair LIMIT ${MAX_LINES}`

export interface Load {
  readonly servers: readonly ServerLoad[]
  readonly ports: readonly PortUse[]
}

/** Reads `subjects` and the exchanges. @param span the audit's first and last instant */
export async function loadOf(store: Store, span: Span): Promise<Load> {
  await store.run(held(span.to))
  const servers = (await store.rows(SERVERS)).map(serverLoad)
  const ports = (await store.rows(PORTS)).map(portUse)
  await store.run('DROP TABLE held')
  return { servers, ports }
}

const number = (row: Row, name: string): number => (row[name] ?? 0) as number
const tidy = (value: number): number => Math.round(value * 1e6) / 1e6

const serverLoad = (row: Row): ServerLoad => ({
  server: row.server as string,
  ...(row.quic === true ? { transport: 'quic' as const } : {}),
  product: (row.product ?? null) as string | null,
  connections: number(row, 'connections'),
  openSeconds: tidy(number(row, 'open_seconds')),
  idleSeconds: typeof row.idle_seconds === 'number' ? tidy(row.idle_seconds) : null,
  ...(number(row, 'unread') === 0
    ? {}
    : { unread: { connections: number(row, 'unread'), openSeconds: tidy(number(row, 'unread_seconds')) } }),
  peakOpen: number(row, 'peak_open'),
  closedFirst: {
    client: number(row, 'client'),
    server: number(row, 'by_server'),
    both: number(row, 'both'),
    reset: number(row, 'reset'),
    open: number(row, 'still_open'),
  },
  timeWaitPeak: number(row, 'time_wait'),
})

function portUse(row: Row): PortUse {
  const closed = number(row, 'closed')
  const first = closed === 0 ? 0 : number(row, 'first') / closed
  const rate = number(row, 'opened') / number(row, 'seconds')
  return {
    client: row.client as string,
    server: row.server as string,
    opened: number(row, 'opened'),
    opensPerSecond: number(row, 'per_second'),
    clientClosesFirst: first,
    timeWaitPeak: number(row, 'time_wait'),
    portsPeak: number(row, 'taken'),
    share: tidy(number(row, 'taken') / EPHEMERAL_PORTS),
    sustainedShare: tidy((rate * first * TIME_WAIT_SECONDS) / EPHEMERAL_PORTS),
  }
}
