/** The requests that joining looks at, as columns of numbers: at most some hundred thousand, the first in time. */
import { MAX_LEGS } from '../legs/find'
import type { Store } from '../../store/store'
import { SETUP_SECONDS } from '../subjects'

/** Requests looked at over all legs. */
export const MAX_REQUESTS = 300_000
/** Requests of them whose identifiers and forwarded addresses are looked at. */
const MOST_WORDS = 300_000

export interface Requests {
  readonly count: number
  readonly leg: Int32Array
  readonly connection: Int32Array
  readonly ordinal: Int32Array
  readonly capture: Int32Array
  /** The same number for the same method and target. */
  readonly key: Int32Array
  /** The first byte of the request; for a connection's first request also when the connection was wanted. Nanoseconds. */
  readonly start: Float64Array
  readonly demand: Float64Array
  /** The response's last byte; of one without a response the end of its connection. */
  readonly end: Float64Array
  /** 0 without a response. */
  readonly status: Int32Array
  readonly setupSeconds: Float64Array
  readonly client: readonly string[]
  /** The client's program, by its number. */
  readonly program: Int32Array
  /** By the request's place in the columns; absent where it has none. */
  readonly ids: ReadonlyMap<number, readonly string[]>
  readonly forwardedFor: ReadonlyMap<number, string>
  /** There are more requests than these. */
  readonly limited: boolean
}

/** A target without its scheme and host: a forward proxy is asked with them, the origin without. */
const PATH = "regexp_replace(coalesce(e.target, ''), '^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*', '')"

/** Of `e` and `h`: what is looked at. */
const REQUESTS = "e.request_at IS NOT NULL AND h.method IS NOT NULL AND h.method <> 'CONNECT'"

const CLIENTS = `
SELECT DISTINCT m.leg, s.client_ip
FROM leg_members m JOIN subjects s ON s.id = m.connection
WHERE EXISTS (SELECT 1 FROM exchange_rows e JOIN header_sets h ON h.id = e.headers WHERE e.connection = m.connection AND ${REQUESTS})`

/** The addresses that each leg's requests come from, by its number: much sooner known than the requests. */
export async function clientsByLeg(store: Store): Promise<readonly ReadonlySet<string>[]> {
  const clients = Array.from({ length: MAX_LEGS }, () => new Set<string>())
  for (const { leg, client_ip: ip } of await store.rows(CLIENTS)) clients[leg as number]!.add((ip ?? '') as string)
  return clients
}

const ROWS = `
SELECT m.leg, e.connection, s.program_number AS program, e.ordinal, c.capture, e.request_at AS start_at,
  CASE WHEN e.ordinal = 0 AND e.request_at - s.demand_at BETWEEN 0 AND 1e9 * coalesce(${SETUP_SECONDS}, 0) + 50e6
    THEN s.demand_at ELSE e.request_at END AS demand_at,
  greatest(e.request_at, coalesce(e.complete_at, e.response_at, s.close_at, s.last_at)) AS end_at, e.status,
  CASE WHEN e.ordinal = 0 THEN ${SETUP_SECONDS} END AS setup, c.client_ip,
  dense_rank() OVER (ORDER BY h.method, nullif(${PATH}, '/'))::INTEGER AS key, e.request_ids, e.forwarded_for
FROM exchange_rows e JOIN leg_members m ON m.connection = e.connection
JOIN header_sets h ON h.id = e.headers JOIN subjects s ON s.id = e.connection
JOIN connections c ON c.id = e.connection
WHERE ${REQUESTS}
ORDER BY e.request_at LIMIT ${MAX_REQUESTS + 1}`

/** `leg_members` and `subjects` must be there. */
export async function loadRequests(store: Store, checkpoint: () => void): Promise<Requests> {
  const columns = {
    leg: new Growing(),
    program: new Growing(),
    connection: new Growing(),
    ordinal: new Growing(),
    capture: new Growing(),
    key: new Growing(),
    start: new Growing(),
    demand: new Growing(),
    end: new Growing(),
    status: new Growing(),
    setup: new Growing(),
  }
  const client: string[] = []
  const interned = new Map<string, string>()
  const ids = new Map<number, readonly string[]>()
  const forwardedFor = new Map<number, string>()
  let limited = false
  for await (const { view, columns: chunk, count } of store.named(ROWS)) {
    checkpoint()
    for (let i = 0; i < count; i++) {
      if (client.length >= MAX_REQUESTS) {
        limited = true
        break
      }
      const row = view.at(chunk, i)
      const place = client.length
      const n = (name: string): number => (row.get(name) ?? 0) as number
      columns.leg.push(n('leg'))
      columns.program.push(n('program'))
      columns.connection.push(n('connection'))
      columns.ordinal.push(n('ordinal'))
      columns.capture.push(n('capture'))
      columns.key.push(n('key'))
      columns.start.push(n('start_at'))
      columns.demand.push(n('demand_at'))
      columns.end.push(n('end_at'))
      columns.status.push(n('status'))
      columns.setup.push(n('setup'))
      const ip = (row.get('client_ip') ?? '') as string
      client.push(interned.get(ip) ?? ip)
      if (interned.size < 10_000) interned.set(ip, ip)
      const id = row.get('request_ids')
      if (typeof id === 'string' && ids.size < MOST_WORDS) ids.set(place, id.split(' '))
      const addresses = row.get('forwarded_for')
      if (typeof addresses === 'string' && forwardedFor.size < MOST_WORDS) forwardedFor.set(place, addresses)
    }
  }
  return {
    count: client.length,
    leg: Int32Array.from(columns.leg.values),
    connection: Int32Array.from(columns.connection.values),
    ordinal: Int32Array.from(columns.ordinal.values),
    capture: Int32Array.from(columns.capture.values),
    key: Int32Array.from(columns.key.values),
    start: columns.start.values,
    demand: columns.demand.values,
    end: columns.end.values,
    status: Int32Array.from(columns.status.values),
    setupSeconds: columns.setup.values,
    client,
    program: Int32Array.from(columns.program.values),
    ids,
    forwardedFor,
    limited,
  }
}

/** The places of each leg's requests, in the order of time. */
export function placesByLeg({ leg, count }: Requests): readonly Int32Array[] {
  const counts = new Int32Array(MAX_LEGS)
  for (let i = 0; i < count; i++) counts[leg[i]!]!++
  const places = [...counts].map((n) => new Int32Array(n))
  const filled = new Int32Array(MAX_LEGS)
  for (let i = 0; i < count; i++) places[leg[i]!]![filled[leg[i]!]!++] = i
  return places
}

/** A column of numbers that grows. */
class Growing {
  #all = new Float64Array(1024)
  #length = 0

  push(value: number): void {
    if (this.#length === this.#all.length) {
      const more = new Float64Array(this.#length * 2)
      more.set(this.#all)
      this.#all = more
    }
    this.#all[this.#length++] = value
  }

  get values(): Float64Array {
    return this.#all.slice(0, this.#length)
  }
}
