/** How many connections a client holds open at once towards one pool, and whether requests waited for one of them. */
import type { InferredTimer } from '../../../shared/model/timers'
import type { Store } from '../../store/store'
import { NAMED } from './cluster'
import { connectionsIn } from './owners'

/** Pools looked at, those with the most requests; requests read of each. */
const MAX_POOLS = 20
const MAX_REQUESTS = 20_000
/** Beyond this no client's own limit is meant to be. */
const LARGEST = 512
/** A request that leaves so soon after the response before it had been waiting for the connection. */
const AT_ONCE = 10e6

/** The most connections of each pool that were open at one moment. HTTP/2 and 3 share one. */
const PEAKS = `
WITH members AS (
  SELECT s.pool, s.id, e.opened_at, coalesce(e.closed_at, e.last_at) AS ended_at, e.exchanges, e.client_way, s.client_ip, s.first_agent
  FROM ends e JOIN subjects s ON s.id = e.id WHERE s.application = 'http/1' AND e.opened_at IS NOT NULL
), changes AS (
  SELECT pool, opened_at AS moment, 1 AS change FROM members UNION ALL SELECT pool, ended_at, -1 FROM members
), counted AS (
  SELECT pool, sum(change) OVER (PARTITION BY pool ORDER BY moment, change ROWS UNBOUNDED PRECEDING) AS open FROM changes
), peaks AS (SELECT pool, max(open)::DOUBLE AS most FROM counted GROUP BY pool)
SELECT m.pool, any_value(p.most) AS most, any_value(m.client_ip) AS address, mode(m.first_agent) AS agent, mode(v.origin) AS origin,
  sum(m.exchanges)::DOUBLE AS requests, min(m.opened_at) AS from_at, max(m.ended_at) AS to_at, count(*)::DOUBLE AS connections,
  array_to_string(min(m.id, ${NAMED}), ' ') AS named
FROM members m JOIN peaks p ON p.pool = m.pool JOIN verdicts v ON v.connection = m.id
WHERE p.most BETWEEN 2 AND ${LARGEST}
GROUP BY m.pool ORDER BY requests DESC, m.pool LIMIT ${MAX_POOLS}`

export interface Sized {
  readonly timer: InferredTimer
  readonly connections: number
}

/** The pools with the most requests that ever held two connections or more at once. */
export async function poolSizes(store: Store): Promise<readonly Sized[]> {
  const found: Sized[] = []
  for (const row of await store.rows(PEAKS)) {
    const most = row.most as number
    const requests = row.requests as number
    const from = row.from_at as number
    // Read for as long as brings about as many as are read at most: a pool's requests come at a steady rate, or it is no matter.
    const until = from + ((row.to_at as number) - from) * Math.min(1, MAX_REQUESTS / requests)
    const queue = await queued(store, row.pool as number, most, until)
    const shown = queue.waited >= Math.max(3, most)
    found.push({
      connections: row.connections as number,
      timer: {
        kind: 'pool-size',
        side: 'client',
        who: {
          address: row.address as string,
          product: (row.agent ?? null) as string | null,
          origin: (row.origin ?? null) as string | null,
        },
        value: most,
        bound: shown ? 'exact' : 'at-least',
        spread: { from: most, to: most },
        samples: queue.waited,
        of: queue.followed,
        confidence: queue.waited >= 10 * most ? 'high' : shown && queue.waited >= 2 * most ? 'medium' : 'low',
        advertised: null,
        connections: [...connectionsIn(row.named)].sort((a, b) => a - b),
      },
    })
  }
  return found
}

const requestsOf = (pool: number, until: number): string => `
SELECT e.connection, coalesce(e.request_at, e.response_at) AS start_at, coalesce(e.complete_at, e.response_at, e.request_at) AS end_at, d.client_way
FROM exchange_rows e JOIN subjects s ON s.id = e.connection JOIN ends d ON d.id = e.connection
WHERE s.pool = ${Math.trunc(pool)} AND coalesce(e.request_at, e.response_at) <= ${until.toFixed(0)}
ORDER BY start_at, e.connection, e.ordinal LIMIT ${2 * MAX_REQUESTS}`

/** Requests that followed another on their connection, and how many of them left at once while every connection was in use. */
async function queued(store: Store, pool: number, most: number, until: number): Promise<{ waited: number; followed: number }> {
  const busy = new Busy()
  let waited = 0
  let followed = 0
  for await (const [connections, starts, ends, ways] of store.columns(requestsOf(pool, until))) {
    for (let i = 0; i < connections!.length; i++) {
      const startAt = starts![i] as number
      const connection = connections![i] as number
      const freeAt = busy.until(connection)
      if (freeAt !== undefined) {
        followed++
        if (startAt - freeAt - (ways![i] as number) <= AT_ONCE && busy.at(freeAt) >= most) waited++
      }
      busy.set(connection, ends![i] as number, startAt)
    }
  }
  return { waited, followed }
}

/** Until when each connection is in use: numbers side by side, since all are looked at for every request that may have waited. */
class Busy {
  readonly #slots = new Map<number, number>()
  readonly #until = new Float64Array(2 * LARGEST)

  until(connection: number): number | undefined {
    const slot = this.#slots.get(connection)
    return slot === undefined ? undefined : this.#until[slot]
  }

  /** Connections in use at an instant, the one that becomes free then included. */
  at(instant: number): number {
    const until = this.#until
    const count = this.#slots.size
    let busy = 0
    for (let i = 0; i < count; i++) if (until[i]! >= instant) busy++
    return busy
  }

  set(connection: number, until: number, now: number): void {
    let slot = this.#slots.get(connection)
    if (slot === undefined) {
      // What closed long ago is busy no more: without it there were as many as the pool has connections.
      if (this.#slots.size === this.#until.length) this.#forget(now)
      // More than can be open at once by the pool's own peak: damaged times.
      if (this.#slots.size === this.#until.length) return
      this.#slots.set(connection, (slot = this.#slots.size))
    }
    this.#until[slot] = until
  }

  #forget(before: number): void {
    const still = [...this.#slots].map(([connection, slot]) => ({ connection, until: this.#until[slot]! }))
    this.#slots.clear()
    for (const { connection, until } of still) {
      if (until < before) continue
      this.#until[this.#slots.size] = until
      this.#slots.set(connection, this.#slots.size)
    }
  }
}
