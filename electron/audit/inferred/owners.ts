/** Who may have a timer: the servers and the clients with the most connections, with what is known of them. */
import type { TimerOwner } from '../../../shared/model/timers'
import type { Side } from '../../../shared/model/facts'
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'

export interface Owner {
  readonly side: Side
  /** The number that the owner's rows of `ends` carry. */
  readonly key: number
  readonly who: TimerOwner
  /** Connections with a request. */
  readonly connections: number
  /** What the server's Keep-Alive header says most often, in seconds and requests. */
  readonly advertisedTimeout: number | null
  readonly advertisedMax: number | null
}

/** Owners looked at, of each side. */
const MAX_OWNERS = 50

const ADDRESS = `CASE WHEN contains(any_value(s.server_ip), ':') THEN '[' || any_value(s.server_ip) || ']' ELSE any_value(s.server_ip) END
  || ':' || any_value(s.server_port)`

const SERVERS = `
SELECT s.server_number::DOUBLE AS key, ${ADDRESS} AS address, mode(s.product) AS product, mode(v.origin) AS origin,
  count(*)::DOUBLE AS connections, mode(s.advertised_timeout) AS advertised_timeout, mode(s.first_max) AS advertised_max
FROM subjects s JOIN ends e ON e.id = s.id JOIN verdicts v ON v.connection = s.id
GROUP BY s.server_number ORDER BY connections DESC, s.server_number LIMIT ${MAX_OWNERS}`

/** A client's address is one program's where only one User-Agent was seen, or where the pools told several apart. */
const CLIENTS = `
SELECT s.program_number::DOUBLE AS key, any_value(s.client_ip) AS address,
  CASE WHEN any_value(e.program) <> '' THEN any_value(e.program) WHEN min(s.first_agent) = max(s.first_agent) THEN min(s.first_agent) END AS product,
  NULL AS origin, count(*)::DOUBLE AS connections, NULL AS advertised_timeout, NULL AS advertised_max
FROM subjects s JOIN ends e ON e.id = s.id
GROUP BY s.program_number ORDER BY connections DESC, s.program_number LIMIT ${MAX_OWNERS}`

/** The column of `ends` that holds the owner's key. */
export const KEY_OF: Readonly<Record<Side, string>> = { server: 'server_number', client: 'program_number' }

/** The owners' keys as an SQL list: one statement asks for all, as planning one takes longer than most of their answers. */
export const keysOf = (owners: readonly Owner[]): string => owners.map(({ key }) => key.toFixed(0)).join(', ')

/** A result's rows by the owner they are about (column `key`), in the result's order. */
export function byOwner(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  const of = new Map<number, Row[]>()
  for (const row of rows) {
    const known = of.get(row.key as number)
    if (known === undefined) of.set(row.key as number, [row])
    else known.push(row)
  }
  return of
}

/** The owners of one side, those with most connections first. Reads `subjects`, `ends` and `verdicts`. */
export async function ownersOf(store: Store, side: Side): Promise<readonly Owner[]> {
  return (await store.rows(side === 'server' ? SERVERS : CLIENTS)).map((row) => ({
    side,
    key: row.key as number,
    who: {
      address: row.address as string,
      product: (row.product ?? null) as string | null,
      origin: (row.origin ?? null) as string | null,
    },
    connections: row.connections as number,
    advertisedTimeout: (row.advertised_timeout ?? null) as number | null,
    advertisedMax: (row.advertised_max ?? null) as number | null,
  }))
}

/** Connection numbers that a query joined with blanks. */
export const connectionsIn = (joined: unknown): readonly number[] =>
  typeof joined === 'string' && joined !== '' ? joined.split(' ').map(Number) : []
