/** How much HTTP/2 and HTTP/3 connections carried at the same time. */
import type { Store } from '../../store/store'

const MAX_ORIGINS = 50

export interface Multiplexed {
  readonly origin: string
  readonly version: 'HTTP/2' | 'HTTP/3'
  readonly connections: number
  readonly exchanges: number
  /** Requests that were sent while another was in flight on the same connection. */
  readonly together: number
}

const MULTIPLEXED = `
WITH sent AS (
  SELECT e.connection, e.request_at < max(e.complete_at) OVER (
    PARTITION BY e.connection ORDER BY e.ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS together
  FROM exchange_rows e SEMI JOIN (SELECT id FROM subjects WHERE application IN ('h2', 'h3')) s ON s.id = e.connection
), carried AS (
  SELECT connection, count(*) AS exchanges, count_if(together) AS together FROM sent GROUP BY connection
)
SELECT v.origin, s.application, count(*)::DOUBLE AS connections, sum(exchanges)::DOUBLE AS exchanges, sum(together)::DOUBLE AS together
FROM carried c JOIN verdicts v ON v.connection = c.connection JOIN subjects s ON s.id = c.connection
GROUP BY v.origin, s.application HAVING sum(together) > 0
ORDER BY sum(together) DESC, v.origin LIMIT ${MAX_ORIGINS}`

export const multiplexedOrigins = async (store: Store): Promise<readonly Multiplexed[]> =>
  (await store.rows(MULTIPLEXED)).map((row) => ({
    origin: row.origin as string,
    version: row.application === 'h3' ? 'HTTP/3' : 'HTTP/2',
    connections: row.connections as number,
    exchanges: row.exchanges as number,
    together: row.together as number,
  }))
