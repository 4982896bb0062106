/** What the traffic of an origin shows of its products, where a finding is not about avoidable connections: by what remedies are chosen. */
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import type { Place } from '../remedies/product'

/** Origins that are asked for; a finding names the first few of its kind. */
const MAX_PLACES = 200

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

/** @param key the column that names a place */
const placesSql = (key: string, where: string): string => `
SELECT ${key} AS place, any_value(v.origin) AS origin, mode(s.product) AS product, mode(s.first_agent) AS user_agent,
  max(s.advertised_timeout) AS advertised_timeout, max(s.first_max) AS advertised_max, mode(s.last_version) AS request_version,
  mode(s.request_connection) AS request_connection, mode(s.response_connection) AS response_connection,
  2 * count_if(s.from_proxy OR coalesce(h.forwarded, false) OR h.request_via IS NOT NULL) > count(*) AS proxied,
  mode(h.request_via) AS request_via, mode(h.response_via) AS response_via,
  mode(h.request_marks) AS request_marks, mode(h.response_marks) AS response_marks
FROM subjects s JOIN verdicts v ON v.connection = s.id
LEFT JOIN header_sets h ON h.id = s.last_headers
WHERE s.exchange_count > 0 AND ${where} GROUP BY ALL`

const listed = (count: number): string => Array.from({ length: count }, (_, i) => `$${i + 1}`).join(', ')

/** Origins by name; those nobody asks for are not looked at. */
export async function placesOf(store: Store, origins: readonly string[]): Promise<ReadonlyMap<string, Place>> {
  const wanted = [...new Set(origins)].slice(0, MAX_PLACES)
  if (wanted.length === 0) return new Map()
  const rows = await store.rows(placesSql('v.origin', `v.origin IN (${listed(wanted.length)})`), wanted)
  return new Map(rows.map((row) => [row.place as string, placeOf(row)]))
}

/** The traffic of the same client with the same server as a connection that carried none, by the connection's number. */
export async function placesBeside(store: Store, connections: readonly number[]): Promise<ReadonlyMap<number, Place>> {
  const wanted = [...new Set(connections)].slice(0, MAX_PLACES)
  if (wanted.length === 0) return new Map()
  const rows = await store.rows(
    placesSql('unused.id', `unused.id IN (${listed(wanted.length)})`).replace(
      'WHERE',
      'JOIN subjects unused ON unused.client_number = s.client_number AND unused.server_number = s.server_number\nWHERE',
    ),
    wanted,
  )
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
