/** Requests that only authenticated their connection (NTLM, Negotiate), by origin. */
import type { Store } from '../../store/store'
import { FALSIFIES_REUSE } from '../quality'
import { NAMED } from './groups'
import { idsOf } from './tls-setups'

export interface Authentications {
  readonly origin: string
  readonly scheme: string
  /** Connections that were authenticated, and the requests that did nothing else. */
  readonly connections: number
  readonly requests: number
  /** Of the avoidable connections: what authenticating them took, one round trip a request. */
  readonly again: { readonly connections: number; readonly requests: number; readonly seconds: number }
  /** The origin's other requests that the reuse ratio counts, and those of them that were not the first on their connection. */
  readonly others: { readonly requests: number; readonly reused: number }
  /** Avoidable ones first. */
  readonly named: readonly number[]
  /** One client's address when there is only one. */
  readonly client: string | null
}

/**
 * A response that challenged for such a scheme, where the next request on the same connection carries credentials: that one answers the
 * challenge, as it must on this connection (RFC 4559; MS-NTHT). With which scheme it does so is not known, nor whether it is a cookie
 * that it carries: no values are kept. So on each connection one such request must have been let in.
 */
const SQL = `
WITH challenged AS (
  SELECT e.connection, mode(h.connection_auth) AS scheme, count(*)::DOUBLE AS requests,
    sum(greatest(0, coalesce(e.complete_at, e.response_at) - e.request_at)) / 1e9 AS seconds
  FROM exchange_rows e JOIN header_sets h ON h.id = e.headers JOIN connections c ON c.id = e.connection
  JOIN exchange_rows a ON a.connection = e.connection AND a.ordinal = e.ordinal + 1 JOIN header_sets ah ON ah.id = a.headers
  WHERE h.connection_auth IS NOT NULL AND ah.credentials AND c.application = 'http/1'
  GROUP BY e.connection HAVING bool_or(coalesce(a.status NOT IN (401, 407), false))
), judged AS (
  SELECT a.*, v.origin, v.verdict = 'avoidable' AS avoidable, c.client_ip FROM challenged a
  JOIN verdicts v ON v.connection = a.connection JOIN connections c ON c.id = a.connection
), others AS (
  SELECT v.origin, sum(c.exchange_count - coalesce(a.requests, 0))::DOUBLE AS requests,
    sum(greatest(0, c.exchange_count - coalesce(a.requests, 0) - 1))::DOUBLE AS reused
  FROM connections c JOIN verdicts v ON v.connection = c.id JOIN subjects s ON s.id = c.id LEFT JOIN challenged a ON a.connection = c.id
  WHERE c.exchange_count > 0 AND NOT ${FALSIFIES_REUSE} GROUP BY v.origin
)
SELECT j.origin, mode(j.scheme) AS scheme, count(*)::DOUBLE AS connections, sum(j.requests)::DOUBLE AS requests,
  count_if(j.avoidable)::DOUBLE AS again, coalesce(sum(j.requests) FILTER (j.avoidable), 0)::DOUBLE AS again_requests,
  coalesce(sum(j.seconds) FILTER (j.avoidable), 0)::DOUBLE AS again_seconds,
  coalesce(any_value(o.requests), 0)::DOUBLE AS other_requests, coalesce(any_value(o.reused), 0)::DOUBLE AS other_reused,
  array_to_string((array_agg(j.connection ORDER BY j.avoidable DESC, j.connection))[1:${NAMED}], ' ') AS named,
  CASE WHEN min(j.client_ip) = max(j.client_ip) THEN min(j.client_ip) END AS client
FROM judged j LEFT JOIN others o ON o.origin = j.origin
GROUP BY j.origin ORDER BY again_requests DESC, requests DESC, j.origin LIMIT 100`

/** Reads the verdicts. Those that cost most come first. */
export async function authentications(store: Store): Promise<readonly Authentications[]> {
  // Seldom is there any: then no exchange need be looked at.
  if ((await store.rows('SELECT 1 AS one FROM header_sets WHERE connection_auth IS NOT NULL LIMIT 1')).length === 0) return []
  return (await store.rows(SQL)).map((row) => {
    const n = (name: string): number => row[name] as number
    return {
      origin: row.origin as string,
      scheme: row.scheme as string,
      connections: n('connections'),
      requests: n('requests'),
      again: { connections: n('again'), requests: n('again_requests'), seconds: n('again_seconds') },
      others: { requests: n('other_requests'), reused: n('other_reused') },
      named: idsOf(row.named),
      client: (row.client ?? null) as string | null,
    }
  })
}
