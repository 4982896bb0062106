/**
 * Drains: instants at which a server closed most of what was open, whatever its idle time: a restart, a deployment, or idle
 * connections given up to make room.
 */
import type { Store } from '../store/store'
import type { Subject } from './subjects'

const MS = 1e6
/** Closes further apart than this do not belong to the same drain. */
const APART = 100 * MS
/** A drain is over within this time. */
const LONGEST = 1000 * MS
/** A response that announced the close this long after belongs to it: a server that drains lets requests in flight end. */
const LATE = 1000 * MS
const LEAST_CLOSED = 3
const LEAST_SHARE = 0.5
const MAX_DRAINS = 200

export interface Drain {
  readonly from: number
  readonly to: number
  /** Idle connections of the server closed in it, and what was open when it began. */
  readonly closed: number
  readonly open: number
  /** The shortest and the longest idle time of the closed ones, in nanoseconds. */
  readonly shortest: number
  readonly longest: number
}

/**
 * Runs of closes by one server after idle times too different for one time-out to explain, and what was open then. A sweep that
 * reaps what is older than a time-out leaves the younger ones; a drain does not.
 */
const DRAINS = `
WITH closes AS (
  SELECT server_number AS server, close_at AS closed_at, close_at - idle_since AS gap FROM subjects
  WHERE close_by = 'server' AND exchange_count > 0 AND transport = 'tcp' AND close_at > idle_since
), steps AS (
  SELECT *, CASE WHEN closed_at - lag(closed_at) OVER (PARTITION BY server ORDER BY closed_at) <= ${APART} THEN 0 ELSE 1 END AS begins FROM closes
), runs AS (
  SELECT *, sum(begins) OVER (PARTITION BY server ORDER BY closed_at ROWS UNBOUNDED PRECEDING) AS run FROM steps
), candidates AS (
  SELECT server, run, min(closed_at) AS from_at, max(closed_at) AS to_at, count(*)::DOUBLE AS closed, min(gap) AS shortest, max(gap) AS longest
  FROM runs GROUP BY server, run
  HAVING count(*) >= ${LEAST_CLOSED} AND max(closed_at) - min(closed_at) <= ${LONGEST} AND max(gap) > 2 * min(gap) AND max(gap) - min(gap) > ${200 * MS}
  ORDER BY closed DESC, from_at LIMIT ${MAX_DRAINS}
)
SELECT c.server, c.from_at, c.to_at, c.closed, c.shortest, c.longest, count(*)::DOUBLE AS open
FROM candidates c JOIN subjects s ON s.server_number = c.server AND s.demand_at < c.from_at AND coalesce(s.close_at, 'inf'::DOUBLE) >= c.from_at
WHERE s.exchange_count > 0 GROUP BY ALL HAVING c.closed >= ${LEAST_SHARE} * count(*) ORDER BY c.from_at`

export class Drains {
  readonly #byServer = new Map<number, Drain[]>()

  static async read(store: Store): Promise<Drains> {
    const drains = new Drains()
    for (const row of await store.rows(DRAINS)) {
      const n = (name: string): number => row[name] as number
      const drain = { from: n('from_at'), to: n('to_at'), closed: n('closed'), open: n('open') }
      const list = drains.#byServer.get(n('server')) ?? []
      drains.#byServer.set(n('server'), list)
      list.push({ ...drain, shortest: n('shortest'), longest: n('longest') })
    }
    return drains
  }

  /** The drain that ended this connection, by a close of its own or by what its last response announced. */
  of(s: Subject): Drain | null {
    const drains = this.#byServer.get(s.server)
    if (drains === undefined) return null
    if (s.close?.by === 'server') {
      const { at } = s.close
      const found = drains.find((d) => at >= d.from && at <= d.to)
      if (found !== undefined) return found
    }
    const { last, idleSince } = s
    if (idleSince === null || last?.headers.responseKeepsAlive !== false || last.headers.requestKeepsAlive === false) return null
    return s.exchanges < 2 ? null : (drains.find((d) => idleSince >= d.from && idleSince <= d.to + LATE) ?? null)
  }
}
