/** What the traffic of an origin shows of its products, where a finding is not about avoidable connections: by what remedies are chosen. */
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import type { Place } from '../remedies/product'

/** Origins, and connections, that are asked for: each rule names the few that would save most. */
const MAX_PLACES = 60

export interface Places {
  readonly ofOrigin: ReadonlyMap<string, Place>
  /** By a connection's number: what else went between its client and its server. */
  readonly besideConnection: ReadonlyMap<number, Place>
}

/** An origin whose messages could not be read, or were not looked at. */
export const unknownPlace = (origin: string): Place => ({
  origin,
  cause: null,
  product: null,
  userAgent: null,
  advertisedTimeout: null,
  advertisedMax: null,
  requestVersion: null,
  requestConnection: null,
  responseConnection: null,
  proxied: false,
  requestVia: null,
  responseVia: null,
  requestMarks: null,
  responseMarks: null,
})

/** Connections that are asked for each: what a product says of itself it says on all. */
const SAMPLE = 500

/** @param sample an SQL query of places and connections that carried requests there */
const placesSql = (sample: string): string => `
SELECT p.place, any_value(v.origin) AS origin, mode(s.product) AS product, mode(s.first_agent) AS user_agent,
  max(s.advertised_timeout) AS advertised_timeout, max(s.first_max) AS advertised_max, mode(s.last_version) AS request_version,
  mode(s.request_connection) AS request_connection, mode(s.response_connection) AS response_connection,
  2 * count_if(s.from_proxy OR coalesce(h.forwarded, false) OR h.request_via IS NOT NULL) > count(*) AS proxied,
  mode(h.request_via) AS request_via, mode(h.response_via) AS response_via,
  mode(h.request_marks) AS request_marks, mode(h.response_marks) AS response_marks
FROM (${sample}) p JOIN subjects s ON s.id = p.connection JOIN verdicts v ON v.connection = p.connection
LEFT JOIN header_sets h ON h.id = s.last_headers
GROUP BY p.place`

/** Origins by name, in one pass; those nobody asks for are not looked at. */
export async function placesOf(store: Store, origins: readonly string[]): Promise<ReadonlyMap<string, Place>> {
  const wanted = [...new Set(origins)].slice(0, MAX_PLACES)
  if (wanted.length === 0) return new Map()
  const sample = `SELECT v.origin AS place, unnest(min(v.connection, ${SAMPLE})) AS connection
    FROM verdicts v JOIN subjects s ON s.id = v.connection
    WHERE s.exchange_count > 0 AND v.origin IN (${wanted.map((_, i) => `$${i + 1}`).join(', ')}) GROUP BY v.origin`
  return new Map((await store.rows(placesSql(sample), wanted)).map((row) => [row.place as string, placeOf(row)]))
}

/** The traffic of the same client with the same server as a connection that carried none, by the connection's number. */
export async function placesBeside(store: Store, connections: readonly number[]): Promise<ReadonlyMap<number, Place>> {
  const wanted = [...new Set(connections)].slice(0, MAX_PLACES)
  const samples = wanted.map(
    (_, i) => `(SELECT one.id AS place, s.id AS connection FROM subjects s
      JOIN (SELECT id, client_number, server_number FROM subjects WHERE id = $${i + 1}) one USING (client_number, server_number)
      WHERE s.exchange_count > 0 ORDER BY s.id LIMIT ${SAMPLE})`,
  )
  if (samples.length === 0) return new Map()
  const rows = await store.rows(placesSql(samples.join(' UNION ALL ')), wanted)
  return new Map(rows.map((row) => [row.place as number, placeOf(row)]))
}

function placeOf(row: Row): Place {
  const maybe = <T>(name: string): T | null => (row[name] ?? null) as T | null
  return {
    origin: row.origin as string,
    cause: null,
    product: maybe('product'),
    userAgent: maybe('user_agent'),
    advertisedTimeout: maybe('advertised_timeout'),
    advertisedMax: maybe('advertised_max'),
    requestVersion: maybe('request_version'),
    requestConnection: maybe('request_connection'),
    responseConnection: maybe('response_connection'),
    proxied: row.proxied === true,
    requestVia: maybe('request_via'),
    responseVia: maybe('response_via'),
    requestMarks: maybe('request_marks'),
    responseMarks: maybe('response_marks'),
  }
}
