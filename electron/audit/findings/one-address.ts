/** Names of one site that a client reached at one address on connections of their own (domain sharding). */
import type { Store } from '../../store/store'
import { NAMED } from './groups'
import { idsOf } from './tls-setups'

const MAX_SITES = 200
const SHOWN = 6

export interface SharedAddress {
  /** The server's address and port. */
  readonly server: string
  /** What the names have in common. */
  readonly site: string
  readonly origins: readonly string[]
  readonly names: number
  readonly clients: number
  /** Needed connections to all the names, each client and name by itself; under HTTP/1.1 and under HTTP/2. */
  readonly needed: number
  readonly neededWithHttp2: number
  /** The least that HTTP/2 needs with one connection pool for all the names: the busiest name's, client by client. */
  readonly together: number
  /** What an average one of these connections took to set up. */
  readonly roundTrips: number
  readonly seconds: number
  readonly connections: readonly number[]
}

/**
 * The site is the last two labels, or three where the second is as short as in "co.uk": wrong only towards not finding one. Pools of which
 * HTTP/2 already makes one (coalescing.ts) are one here, too.
 */
const SITE = `regexp_extract(split_part(split_part(v.origin, '://', 2), ':', 1), '([^.]+[.][^.]{1,3}[.][a-z]{2}|[^.]+[.][a-z][a-z0-9-]+)$')`

const SHARED = `
WITH several AS (
  SELECT client_number, server_number FROM subjects WHERE exchange_count > 0 AND transport = 'tcp'
  GROUP BY ALL HAVING min(pool) <> max(pool)
), names AS (
  SELECT s.client_number, s.server_number, any_value(s.server_ip) AS server_ip, any_value(s.server_port) AS server_port,
    v.origin, ${SITE} AS site, count(*) AS needed, count_if(v.needed_with_http2) AS with_http2,
    sum(v.setup_round_trips) AS trips, sum(v.setup_seconds) AS seconds, min(s.id, ${NAMED}) AS ids
  FROM subjects s SEMI JOIN several USING (client_number, server_number) JOIN verdicts v ON v.connection = s.id
  WHERE v.verdict = 'needed' AND NOT s.upgraded AND starts_with(v.origin, 'http')
  GROUP BY s.client_number, s.server_number, v.origin
), sites AS (
  SELECT client_number, server_number, site, any_value(server_ip) AS server_ip, any_value(server_port) AS server_port,
    list(DISTINCT origin) AS origins, sum(needed) AS needed, sum(with_http2) AS with_http2, max(with_http2) AS together,
    sum(trips) AS trips, sum(seconds) AS seconds, flatten(list(ids)) AS ids
  FROM names WHERE site <> '' GROUP BY client_number, server_number, site HAVING count(*) > 1
)
SELECT server_ip, server_port::DOUBLE AS server_port, site, list_sort(list_distinct(flatten(list(origins)))) AS all_origins,
  array_to_string(all_origins[1:${SHOWN}], ' ') AS origins, len(all_origins)::DOUBLE AS names, count(*)::DOUBLE AS clients,
  sum(needed)::DOUBLE AS needed, sum(with_http2)::DOUBLE AS with_http2, sum(together)::DOUBLE AS together,
  sum(trips)::DOUBLE AS trips, coalesce(sum(seconds), 0)::DOUBLE AS seconds,
  array_to_string(list_sort(flatten(list(ids)))[1:${NAMED}], ' ') AS ids
FROM sites GROUP BY server_ip, server_port, site
ORDER BY sum(sites.with_http2 - sites.together) DESC, server_ip, server_port, site LIMIT ${MAX_SITES}`

export async function sharedAddresses(store: Store): Promise<readonly SharedAddress[]> {
  return (await store.rows(SHARED)).map((row) => {
    const n = (name: string): number => (row[name] ?? 0) as number
    const ip = row.server_ip as string
    const needed = n('needed')
    return {
      server: `${ip.includes(':') ? `[${ip}]` : ip}:${n('server_port')}`,
      site: row.site as string,
      origins: (row.origins as string).split(' '),
      names: n('names'),
      clients: n('clients'),
      needed,
      neededWithHttp2: n('with_http2'),
      together: n('together'),
      roundTrips: n('trips') / needed,
      seconds: n('seconds') / needed,
      connections: idsOf(row.ids),
    }
  })
}
