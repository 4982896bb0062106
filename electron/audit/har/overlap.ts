/** Requests that are in a HAR and in a capture as well: they are counted once, from the packets. */
import type { Store } from '../../store/store'

/** A HAR says when a request was made, to a millisecond, and some leave out how long it waited to be sent. */
const WINDOW = 10e9

const PATH = "regexp_replace(coalesce(e.target, ''), '^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*', '')"
const KEYS = (har: boolean): string => `
  SELECT e.connection, hash(h.method, lower(regexp_replace(coalesce(h.authority, ''), ':(80|443)$', '')), ${PATH}) AS key,
    floor(e.request_at / ${WINDOW})::BIGINT AS slot
  FROM exchange_rows e JOIN header_sets h ON h.id = e.headers JOIN connections c ON c.id = e.connection
  WHERE e.request_at IS NOT NULL AND ${har ? "c.transport = 'har'" : "c.transport <> 'har'"}`

/** Connections of HARs most of whose requests the packets show, too. */
const SEEN = `
CREATE OR REPLACE TABLE har_seen AS
WITH told AS (${KEYS(true)}), shown AS (SELECT DISTINCT key, slot + d AS slot FROM (${KEYS(false)}), (VALUES (-1), (0), (1)) near(d))
SELECT t.connection, count(*)::DOUBLE AS requests
FROM told t LEFT JOIN shown s ON s.key = t.key AND s.slot = t.slot
GROUP BY t.connection HAVING 2 * count(s.key) >= count(*);`

/** Takes them out of the store. @returns connections and requests that are in both. */
export async function dropSeen(store: Store): Promise<{ readonly connections: number; readonly requests: number }> {
  await store.run(SEEN)
  const [row = {}] = await store.rows(
    'SELECT count(*)::DOUBLE AS n, coalesce(sum(requests), 0)::DOUBLE AS requests FROM har_seen',
  )
  await store.run(`
    DELETE FROM exchange_rows WHERE connection IN (SELECT connection FROM har_seen);
    DELETE FROM exchange_summaries WHERE connection IN (SELECT connection FROM har_seen);
    DELETE FROM connections WHERE id IN (SELECT connection FROM har_seen);
    DROP TABLE har_seen;`)
  return { connections: (row.n ?? 0) as number, requests: (row.requests ?? 0) as number }
}
