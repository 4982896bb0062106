/**
 * Browsers keep connections for requests with credentials apart from those without: whether there are any is part of the key of their
 * connection pool (Fetch Standard, "Connections"). A capture shows Cookie and Authorization fields, not the credentials mode itself; so what
 * follows from them is an inference.
 */
import type { Subject } from './subjects'

/** Browsers, and what is made of their engines, name themselves so. */
const isBrowser = (s: Subject): boolean => s.first?.userAgent?.startsWith('Mozilla/5.0 (') === true

interface Pool {
  /** When its first request with credentials was sent: before that, requests without say nothing, for there may have been no cookie yet. */
  since: number
  /** A connection carried a request without credentials after one with: this client does not keep them apart, or cookies are for some paths only. */
  mixes: boolean
}

export class Credentials {
  readonly #pools = new Map<number, Pool>()

  learn({ pool, credentialsSince, anonymousAfter }: Subject): void {
    if (credentialsSince === null) return
    const known = this.#pools.get(pool)
    if (known === undefined) this.#pools.set(pool, { since: credentialsSince, mixes: anonymousAfter })
    else {
      known.since = Math.min(known.since, credentialsSince)
      known.mixes ||= anonymousAfter
    }
  }

  /** Would a browser have kept the requests of these two connections of one pool apart? Asked only when everything was learned. */
  areKeptApart(p: Subject, next: Subject): boolean {
    const pool = this.#pools.get(p.pool)
    if (pool === undefined || pool.mixes || p.anonymous === next.anonymous) return false
    if (!isBrowser(p) || !isBrowser(next)) return false
    const anonymous = p.anonymous ? p : next
    const other = p.anonymous ? next : p
    return other.credentialsSince !== null && (anonymous.firstRequestAt ?? -Infinity) > pool.since
  }
}
