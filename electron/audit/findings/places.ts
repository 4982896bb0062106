/** What the traffic of an origin shows of its products, where a finding is not about avoidable connections: by what remedies are chosen. */
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import type { Place } from '../remedies/product'
import { inferredAt } from './inferred-places'

/** Origins, and connections, that are asked for: each rule names the few that would save most. */
const MAX_PLACES = 60

export interface Places {
  readonly ofOrigin: ReadonlyMap<string, Place>
  /** By a connection's number: what else went between its client and its server under the same name. */
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

/** Programs that are looked at of one origin. */
const MOST_AGENTS = 8

/** @param sample an SQL query of places and connections that carried requests there */
const placesSql = (sample: string): string => `
WITH sampled AS MATERIALIZED (${sample}),
programs AS (
  SELECT place, min(agent, ${MOST_AGENTS + 1}) AS agents
  FROM (SELECT DISTINCT p.place, s.first_agent AS agent FROM sampled p JOIN subjects s ON s.id = p.connection)
  GROUP BY place
)
SELECT p.place, CASE WHEN min(v.origin) = max(v.origin) THEN min(v.origin) END AS origin, mode(s.product) AS product, nullif(mode(s.server_port), 0)::DOUBLE AS server_port, CASE WHEN min(s.server_ip) = max(s.server_ip) THEN min(s.server_ip) END AS server_ip, mode(s.first_agent) AS user_agent,
  max(s.advertised_timeout) AS advertised_timeout, max(s.first_max) AS advertised_max, mode(s.last_version) AS request_version,
  mode(s.request_connection) AS request_connection, mode(s.response_connection) AS response_connection,
  2 * count_if(s.from_proxy OR coalesce(h.forwarded, false) OR h.request_via IS NOT NULL) > count(*) AS proxied,
  mode(h.request_via) AS request_via, mode(h.response_via) AS response_via,
  mode(h.request_marks) AS request_marks, mode(h.response_marks) AS response_marks,
  CASE WHEN count(s.first_agent) = count(*) AND len(any_value(a.agents)) <= ${MOST_AGENTS} THEN to_json(any_value(a.agents)) END AS agents
FROM sampled p JOIN programs a USING (place) JOIN subjects s ON s.id = p.connection JOIN verdicts v ON v.connection = p.connection
LEFT JOIN header_sets h ON h.id = s.last_headers
GROUP BY p.place`

/**
 * Origins by name, in one pass; those nobody asks for are not looked at. Where an origin's messages are encrypted, what other traffic of
 * its address shows.
 */
export async function placesOf(store: Store, origins: readonly string[]): Promise<ReadonlyMap<string, Place>> {
  const wanted = [...new Set(origins)].slice(0, MAX_PLACES)
  if (wanted.length === 0) return new Map()
  const sample = `SELECT v.origin AS place, unnest(min(v.connection, ${SAMPLE})) AS connection
    FROM verdicts v JOIN subjects s ON s.id = v.connection
    WHERE s.exchange_count > 0 AND v.origin IN (${wanted.map((_, i) => `$${i + 1}`).join(', ')}) GROUP BY v.origin`
  const read = new Map((await store.rows(placesSql(sample), wanted)).map((row) => [row.place as string, placeOf(row)]))
  const unread = wanted.filter((origin) => !read.has(origin))
  const inferred = await inferredAt(store, unread)
  return new Map([...read, ...unread.map((origin) => [origin, { ...unknownPlace(origin), ...inferred.get(origin) }] as const)])
}

const numbered = (wanted: readonly number[]): string => wanted.map((_, i) => `$${i + 1}`).join(', ')

/**
 * The traffic of each connection's client with its server, to the connection's own origin, by the connection's number: an address can
 * serve many.
 *
 * @param connections that carried requests
 */
export async function placesAlike(store: Store, connections: readonly number[]): Promise<ReadonlyMap<number, Place>> {
  const wanted = [...new Set(connections)].slice(0, MAX_PLACES)
  if (wanted.length === 0) return new Map()
  const sample = `WITH used AS (
      SELECT s.id, s.client_number, s.server_number, v.origin FROM subjects s JOIN verdicts v ON v.connection = s.id WHERE s.exchange_count > 0
    )
    SELECT one.id AS place, unnest(min(other.id, ${SAMPLE})) AS connection
    FROM used one JOIN used other USING (client_number, server_number, origin) WHERE one.id IN (${numbered(wanted)}) GROUP BY one.id`
  return new Map((await store.rows(placesSql(sample), wanted)).map((row) => [row.place as number, placeOf(row)]))
}

/**
 * The traffic of the same client with the same server as a connection that carried none, by the connection's number. Where that
 * connection named a host (SNI), the place is that host's, and what the server says of itself is looked for with that name only.
 */
export async function placesBeside(store: Store, connections: readonly number[]): Promise<ReadonlyMap<number, Place>> {
  const wanted = [...new Set(connections)].slice(0, MAX_PLACES)
  if (wanted.length === 0) return new Map()
  const ones = `(SELECT id, client_number, server_number, server_port, tls, lower(tls_sni) AS sni FROM subjects WHERE id IN (${numbered(wanted)}))`
  const sample = `SELECT one.id AS place, unnest(min(s.id, ${SAMPLE})) AS connection
    FROM ${ones} one JOIN subjects s ON s.client_number = one.client_number AND s.server_number = one.server_number
      AND lower(s.tls_sni) IS NOT DISTINCT FROM one.sni
    WHERE s.exchange_count > 0 GROUP BY one.id`
  const sampled = new Map((await store.rows(placesSql(sample), wanted)).map((row) => [row.place as number, row]))
  const rows = await store.rows(
    `SELECT one.id, one.server_port::DOUBLE AS port, one.tls, one.sni,
      CASE WHEN min(s.first_agent) = max(s.first_agent) THEN min(s.first_agent) END AS user_agent
    FROM ${ones} one JOIN subjects s USING (client_number, server_number) WHERE s.exchange_count > 0 GROUP BY ALL`,
    wanted,
  )
  return new Map(rows.map((row) => [row.id as number, placeBeside(row, sampled.get(row.id as number))]))
}

/** @param one the connection, and the only program that its client was seen to run @param sample requests with the same name */
function placeBeside(one: Row, sample: Row | undefined): Place {
  const named = `${one.tls === true ? 'https' : 'http'}://${(one.sni ?? '') as string}:${one.port as number}`
  const origin = one.sni === null && typeof sample?.origin === 'string' ? sample.origin : named
  return sample === undefined
    ? { ...unknownPlace(origin), serverPort: one.port as number, userAgent: (one.user_agent ?? null) as string | null }
    : { ...placeOf(sample), origin, serverPort: one.port as number }
}

const agentsIn = (json: string | null): readonly string[] | null =>
  json === null ? null : (JSON.parse(json) as readonly string[])

function placeOf(row: Row): Place {
  const maybe = <T>(name: string): T | null => (row[name] ?? null) as T | null
  return {
    origin: row.origin as string,
    serverPort: maybe('server_port'),
    serverIp: maybe('server_ip'),
    userAgents: agentsIn(maybe('agents')),
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
