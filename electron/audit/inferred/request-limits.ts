/** The number of requests after which a server ends its connections. */
import type { InferredTimer } from '../../../shared/model/timers'
import type { Store } from '../../store/store'
import { dropsConnection } from '../error-closes'
import { NAMED } from './cluster'
import type { Owner } from './owners'
import { connectionsIn } from './owners'

/** A connection that carried so many is worth telling where no limit shows. */
const WORTH_TELLING = 10

/** Announced, or done right after a response that was no error, on a connection that the client would have kept. */
const ENDED_BY_SERVER = `(e.client_keeps AND NOT ${dropsConnection('e.last_status')} AND (NOT e.server_keeps OR coalesce(e.goaway, false)
  OR (e.close_by = 'server' AND e.close_how = 'fin' AND NOT e.idle AND e.answered)))`

const COUNTS = `
SELECT e.exchanges::DOUBLE AS requests, count_if(${ENDED_BY_SERVER})::DOUBLE AS ended, count(*)::DOUBLE AS seen,
  bool_or(${ENDED_BY_SERVER} AND e.lowest_max <= 1) AS counted_down,
  string_agg(e.id::VARCHAR, ' ' ORDER BY e.id) FILTER (${ENDED_BY_SERVER} AND e.nth <= ${NAMED}) AS connections,
  string_agg(e.id::VARCHAR, ' ' ORDER BY e.id) FILTER (e.nth <= ${NAMED}) AS carried
FROM (
  SELECT *, row_number() OVER (PARTITION BY exchanges, ${ENDED_BY_SERVER} ORDER BY id) AS nth FROM ends e
  WHERE e.server_number::VARCHAR = $1 AND NOT e.mid_stream
) e GROUP BY e.exchanges ORDER BY e.exchanges DESC LIMIT 1000`

/**
 * The owner's limit: the most requests any connection carried, where the server ended two or more at that number (one, where its
 * `Keep-Alive: max` had counted down to it); else the most that it is known to allow.
 */
export async function requestLimit(store: Store, owner: Owner): Promise<InferredTimer | null> {
  const rows = await store.rows(COUNTS, [owner.key])
  const [most] = rows
  if (most === undefined) return null
  const requests = most.requests as number
  const ended = most.ended as number
  const max = owner.advertisedMax
  const announced = max !== null && (most.counted_down === true || max === requests || max === requests - 1)
  const shared = { kind: 'request-limit', side: 'server', who: owner.who, advertised: max } as const
  const spread = { from: requests, to: requests }
  if (requests >= 2 && ended >= (announced ? 1 : 2)) {
    const of = rows.reduce((sum, row) => sum + ((row.requests as number) >= 2 ? (row.ended as number) : 0), 0)
    const confidence = announced || ended >= 3 ? 'high' : 'medium'
    return {
      ...shared,
      value: requests,
      bound: 'exact',
      spread,
      samples: ended,
      of,
      confidence,
      connections: connectionsIn(most.connections),
    }
  }
  if (requests < WORTH_TELLING) return null
  const half = rows.filter((row) => (row.requests as number) >= requests / 2)
  return {
    ...shared,
    value: requests,
    bound: 'at-least',
    spread,
    samples: half.reduce((sum, row) => sum + (row.seen as number), 0),
    of: rows.reduce((sum, row) => sum + (row.seen as number), 0),
    confidence: 'high',
    connections: connectionsIn(most.carried),
  }
}
