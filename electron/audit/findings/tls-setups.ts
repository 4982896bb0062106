/** How TLS was set up over TCP, origin by origin: what the rules about handshakes look at, whether the connections were avoidable or not. */
import type { Store } from '../../store/store'
import { NAMED } from './groups'

const MAX_GROUPS = 500

/** Some handshakes of a group. */
export interface Handshakes {
  readonly count: number
  /** The first of them. */
  readonly connections: readonly number[]
  /** Round trips that could be saved, and what these took at each connection's own round trip. */
  readonly roundTrips: number
  readonly seconds: number
  /** Those of connections that were avoidable altogether. */
  readonly avoidable: number
}

export interface TlsSetups {
  readonly origin: string
  /** One client's address when there is only one. */
  readonly client: string | null
  readonly resumed: number
  /** Of these, in TLS 1.2 and older, where resuming saves a round trip. */
  readonly resumedBefore13: number
  /** In full, though the same client had set up TLS with this server for this name before: by version. */
  readonly again: Handshakes
  readonly again13: Handshakes
  /** In full in TLS 1.2 or older, with no earlier session to resume. */
  readonly first: Handshakes
  readonly helloRetry: Handshakes
  /** A version older than TLS 1.3 that was seen. */
  readonly version: string | null
}

const SAVES_ONE = 'greatest(tls_round_trips - 1, 0)'
const SETS: Readonly<Record<string, readonly [where: string, saves: string]>> = {
  again: ['again AND before13', SAVES_ONE],
  again13: ["again AND tls_version = 'TLS 1.3'", '0'],
  first: ['NOT again AND before13', SAVES_ONE],
  retry: ["tls_hello_retry AND tls_version = 'TLS 1.3'", '1'],
}

/** A session can be resumed from when the handshake that began it is over and a ticket has had the time to arrive: a round trip later. */
const SETUPS = `
WITH seen AS (
  SELECT id, pool, client_ip, rtt, tls_kind, tls_version, tls_hello_retry, tls_round_trips,
    tls_kind = 'full' AND tls_version <> 'TLS 1.3' AS before13,
    tls_kind = 'full' AND ack_at >= rtt + min(ack_at + tls_setup) OVER (PARTITION BY pool, tls_sni) AS again
  FROM subjects
  WHERE tls AND transport = 'tcp' AND tls_setup IS NOT NULL AND ack_at IS NOT NULL AND tls_version IS NOT NULL
    AND NOT one_sided AND NOT clock_jumped
)
SELECT v.origin, CASE WHEN min(client_ip) = max(client_ip) THEN min(client_ip) END AS client,
  count_if(tls_kind IN ('resumed', 'early-data'))::DOUBLE AS resumed,
  count_if(tls_kind IN ('resumed', 'early-data') AND tls_version <> 'TLS 1.3')::DOUBLE AS resumed_before13,
  max(tls_version) FILTER (before13) AS version,
  ${Object.entries(SETS)
    .map(
      ([name, [where, saves]]) => `count_if(${where})::DOUBLE AS ${name},
  array_to_string(min(id, ${NAMED}) FILTER (${where}), ' ') AS ${name}_ids,
  coalesce(sum(${saves}) FILTER (${where}), 0)::DOUBLE AS ${name}_trips,
  coalesce(sum(${saves} * coalesce(rtt, 0)) FILTER (${where}), 0)::DOUBLE / 1e9 AS ${name}_seconds,
  count_if(${where} AND v.verdict = 'avoidable')::DOUBLE AS ${name}_avoidable`,
    )
    .join(',\n  ')}
FROM seen JOIN verdicts v ON v.connection = seen.id
GROUP BY v.origin
ORDER BY count(*) DESC, v.origin LIMIT ${MAX_GROUPS}`

export async function tlsSetups(store: Store): Promise<readonly TlsSetups[]> {
  return (await store.rows(SETUPS)).map((row) => {
    const n = (name: string): number => (row[name] ?? 0) as number
    const some = (name: string): Handshakes => ({
      count: n(name),
      connections: idsOf(row[`${name}_ids`]),
      roundTrips: n(`${name}_trips`),
      seconds: n(`${name}_seconds`),
      avoidable: n(`${name}_avoidable`),
    })
    return {
      origin: row.origin as string,
      client: (row.client ?? null) as string | null,
      resumed: n('resumed'),
      resumedBefore13: n('resumed_before13'),
      again: some('again'),
      again13: some('again13'),
      first: some('first'),
      helloRetry: some('retry'),
      version: (row.version ?? null) as string | null,
    }
  })
}

/** Connections as the store lists them: numbers with spaces between. */
export const idsOf = (text: unknown): readonly number[] =>
  typeof text === 'string' && text !== '' ? text.split(' ').map(Number) : []
