/** What each connection's setup took, by part: a table beside the verdicts, one row a connection. */
import type { Store } from '../../store/store'
import { INITIAL_WINDOW } from '../slow-start'

/** The same estimate as `slowStartRoundTrips`, for every connection's first response. */
const SLOW_START = `CASE WHEN s.first_response_bytes > ${INITIAL_WINDOW} AND s.first_response_bytes < 1e18
  THEN ceil(log2(s.first_response_bytes / ${INITIAL_WINDOW} + 1)) - 1 ELSE 0 END`

/** As the verdict has it, whole: the TLS part is taken out of it, the rest is TCP's. */
const TLS_TRIPS = 'least(v.setup_round_trips, coalesce(s.tls_round_trips, 0))'
const TLS_TIME = `CASE WHEN s.transport = 'quic' THEN coalesce(v.setup_seconds, 0)
  ELSE least(coalesce(v.setup_seconds, 0), coalesce(s.tls_setup, 0) / 1e9) END`

/** The first request waited for the whole setup when it was sent as soon as the connection was ready; else the connection was opened ahead. */
const WAITED = `s.first_request_at IS NOT NULL AND v.setup_seconds IS NOT NULL
  AND s.first_request_at - s.demand_at - v.setup_seconds * 1e9 <= greatest(50e6, coalesce(s.rtt, 0))`

const COSTS = `
INSERT INTO costs
SELECT id, setup_round_trips - tls_trips, setup - tls_time, tls_trips, tls_time, slow_start, slow_start * rtt_seconds, warm * rtt_seconds,
  CASE WHEN waited THEN setup ELSE 0 END
FROM (
  SELECT s.id, v.setup_round_trips, coalesce(v.setup_seconds, 0) AS setup, ${TLS_TRIPS} AS tls_trips, ${TLS_TIME} AS tls_time,
    CASE WHEN v.setup_round_trips > 0 THEN ${SLOW_START} ELSE 0 END AS slow_start, coalesce(v.slow_start_round_trips, 0) AS warm,
    greatest(0, coalesce(s.path_rtt, 0)) / 1e9 AS rtt_seconds, ${WAITED} AS waited
  FROM subjects s JOIN verdicts v ON v.connection = s.id
)`

/** Makes the table anew. Reads `subjects` and `verdicts`. */
export async function writeCosts(store: Store): Promise<void> {
  await store.run('DELETE FROM costs')
  await store.run(COSTS)
}
