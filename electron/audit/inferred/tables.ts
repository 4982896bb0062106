/**
 * What timers are read from, as two tables made by the store: how each connection ended, and how long connections were idle before
 * they were used again. Durations are as the side concerned saw them: what a packet takes between that side and the capture is taken off.
 */
import type { Store } from '../../store/store'

/** Shorter pauses are the client's thinking, and say nothing of timers. */
const SHORTEST_GAP = 50e6

/** The last request was never answered because the server's close was already on its way: that close ended an idle time. */
const RACED = `(s.last_status IS NULL AND s.exchange_count >= 2 AND s.server_end_at >= s.previous_complete_at
  AND s.server_end_at <= s.last_request_at + 0.95 * s.server_way)`

/** Connections whose times and counts can be trusted, and which an idle time-out applies to. */
const SOUND = `s.transport = 'tcp' AND s.exchange_count > 0 AND NOT s.upgraded AND NOT s.clock_jumped AND NOT s.one_sided AND NOT s.has_gap
  AND coalesce(s.application, '') <> 'tunnel'`

/** A client's idle time begins when the response reaches it and its FIN takes as long to come back. A server's needs no correction. */
const ENDS = `
CREATE OR REPLACE TABLE ends AS
WITH sound AS (
  SELECT s.id, s.server_number, s.client_number, s.program_number, coalesce(s.pool_agent, '') AS program, s.close_by, s.close_how,
    s.exchange_count AS exchanges, s.mid_stream, s.idle_since, s.last_at, s.rtt, s.path_rtt, s.lowest_max, s.first_max, s.last_status,
    CASE WHEN ${RACED} THEN s.server_end_at ELSE s.close_at END AS closed_at,
    coalesce(s.syn_ack_at, s.syn_at) AS opened_at,
    s.client_way, s.server_way, ${RACED} AS raced,
    coalesce(s.last_complete, false) OR (s.truncated AND s.last_status IS NOT NULL) AS answered,
    coalesce(h.request_keeps_alive, true) AS client_keeps, coalesce(h.response_keeps_alive, true) AS server_keeps,
    s.http2_goaway_by = 'server' AS goaway
  FROM subjects s LEFT JOIN header_sets h ON h.id = s.last_headers
  WHERE ${SOUND}
)
SELECT *,
  closed_at - idle_since - CASE WHEN close_by = 'client' THEN client_way ELSE 0 END AS gap,
  closed_at - opened_at AS age,
  coalesce(closed_at - idle_since > greatest(0.2e9, 2 * coalesce(rtt, 0)), false) AS idle
FROM sound`

const IDLE_GAPS = `
CREATE OR REPLACE TABLE idle_gaps AS
WITH gaps AS (
  SELECT connection, ordinal, request_packet, request_at, status IS NOT NULL AS answered,
    request_at - max(coalesce(complete_at, response_at)) OVER (
      PARTITION BY connection ORDER BY ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS gap
  FROM exchange_rows
)
SELECT connection, ordinal, request_packet, answered, gap FROM gaps WHERE gap >= ${SHORTEST_GAP}`

/** Makes the table of how connections ended anew. Reads `subjects`. */
export const prepareEnds = (store: Store): Promise<void> => store.run(ENDS)

/** Makes the table of idle times anew. Reads nothing but exchanges. */
export const prepareIdleGaps = (store: Store): Promise<void> => store.run(IDLE_GAPS)

export async function dropInference(store: Store): Promise<void> {
  await store.run('DROP TABLE IF EXISTS ends; DROP TABLE IF EXISTS idle_gaps')
}
