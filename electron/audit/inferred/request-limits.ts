/** The number of requests after which a server ends its connections. */
import type { InferredTimer } from '../../../shared/model/timers'
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import { dropsConnection } from '../error-closes'
import { NAMED } from './cluster'
import type { Owner } from './owners'
import { byOwner, connectionsIn, keysOf } from './owners'

/** A connection that carried so many is worth telling where no limit shows. */
const WORTH_TELLING = 10

/** Announced, or done right after a response that was no error, on a connection that the client would have kept. */
const ENDED_BY_SERVER = `(e.client_keeps AND NOT ${dropsConnection('e.last_status')} AND (NOT e.server_keeps OR coalesce(e.goaway, false)
  OR (e.close_by = 'server' AND e.close_how = 'fin' AND NOT e.idle AND e.answered)))`

/** Counts of requests that are looked at of each server, the largest first. */
const MOST_COUNTS = 1000

const counts = (keys: string): string => `
SELECT e.server_number::DOUBLE AS key, e.exchanges::DOUBLE AS requests, count_if(${ENDED_BY_SERVER})::DOUBLE AS ended, count(*)::DOUBLE AS seen,
  bool_or(${ENDED_BY_SERVER} AND e.lowest_max <= 1) AS counted_down,
  string_agg(e.id::VARCHAR, ' ' ORDER BY e.id) FILTER (${ENDED_BY_SERVER} AND e.nth <= ${NAMED}) AS connections,
  string_agg(e.id::VARCHAR, ' ' ORDER BY e.id) FILTER (e.nth <= ${NAMED}) AS carried
FROM (
  SELECT *, row_number() OVER (PARTITION BY server_number, exchanges, ${ENDED_BY_SERVER} ORDER BY id) AS nth FROM ends e
  WHERE e.server_number IN (${keys}) AND NOT e.mid_stream
) e GROUP BY e.server_number, e.exchanges
QUALIFY row_number() OVER (PARTITION BY e.server_number ORDER BY e.exchanges DESC) <= ${MOST_COUNTS}
ORDER BY e.server_number, e.exchanges DESC`

/** With how many requests the servers' connections ended, the most first, by the server's key. */
export async function countsOf(store: Store, servers: readonly Owner[]): Promise<ReadonlyMap<number, readonly Row[]>> {
  return servers.length === 0 ? new Map() : byOwner(await store.rows(counts(keysOf(servers))))
}

/**
 * The owner's limit: the most requests any connection carried, where the server ended two or more at that number (one, where its
 * `Keep-Alive: max` had counted down to it); else the most that it is known to allow.
 */
export function requestLimit(owner: Owner, rows: readonly Row[]): InferredTimer | null {
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
