/** Runs of captures: several files of one audit that follow each other without a pause. */
import type { Store } from '../store/store'

/** A pause, in nanoseconds, that files of one run may have between them: a ring buffer's next file begins with its first packet. */
const JOINED_WITHIN = 60e9

/** A HAR shows no packets: connections are not seen in it. */
const RUNS = `
SELECT min(first_at) AS from_at, max(last_at) AS to_at FROM (
  SELECT first_at, last_at, sum(CASE WHEN first_at - before > ${JOINED_WITHIN} THEN 1 ELSE 0 END) OVER (
    ORDER BY first_at, last_at ROWS UNBOUNDED PRECEDING) AS run
  FROM (
    SELECT first_at, last_at, max(last_at) OVER (ORDER BY first_at, last_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM captures WHERE format <> 'har' AND first_at IS NOT NULL AND last_at IS NOT NULL
  )
) GROUP BY run`

/**
 * When what was captured of connections pauses after their last packet: the end of the run that this lies in, null in the last run.
 *
 * @return an SQL query of `id` and `at`, nanoseconds; null where nothing pauses
 */
export async function unseenFrom(store: Store): Promise<string | null> {
  const [found] = await store.rows(`SELECT 1 FROM (${RUNS}) WHERE to_at < (SELECT max(last_at) FROM captures) LIMIT 1`)
  if (found === undefined) return null
  return `
  SELECT c.id, CASE WHEN r.to_at < (SELECT max(last_at) FROM captures) THEN r.to_at END AS at
  FROM (SELECT id, last_at FROM connections WHERE transport <> 'har') c ASOF JOIN (${RUNS}) r ON c.last_at >= r.from_at`
}
