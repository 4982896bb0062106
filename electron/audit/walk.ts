/**
 * The walk: a pool's demand in the order of time. It decides which connections were needed (docs/audit-model.md, "Needed and
 * avoidable"). One pass, with the memory of what is open at one moment; it never goes back.
 *
 * A connection is busy from its SYN until it can carry its first request, and while an exchange is in flight on it. With every
 * earlier connection kept open, a pool needs as many connections as are ever busy at once: a connection is needed when all
 * those needed so far are busy at its SYN, or when a later demand finds more busy than that.
 */
import type { Previous } from './causes'
import { EndHeap } from './heap'
import type { Subject } from './subjects'

/** HTTP/2 streams assumed per connection where the peer's SETTINGS were not seen: what RFC 9113 §6.5.2 recommends as the least. */
export const ASSUMED_STREAMS = 100

/** One stretch of time in which an exchange kept its connection busy. */
export interface Interval {
  readonly connection: number
  readonly ordinal: number
  readonly startAt: number
  readonly endAt: number
}

export interface Judged {
  readonly subject: Subject
  readonly verdict: 'first' | 'concurrency' | 'avoidable' | 'unknown-if-free'
  readonly neededWithHttp2: boolean
  /** For an avoidable connection: the one that was free most recently. */
  readonly previous: Previous | null
}

interface Open {
  readonly subject: Subject
  busy: number
  done: number
  freeSince: number
  verdict: Judged['verdict']
  neededWithHttp2: boolean
  previous: Previous | null
}

interface End {
  readonly of: Open
  readonly exchange: boolean
  endAt: number
}

export class PoolWalk {
  readonly #emit: (judged: Judged) => void
  readonly #open = new Map<number, Open>()
  readonly #ends = new EndHeap<End>()
  /** Connections by the time they became free, latest last. Entries of connections that are busy again are skipped. */
  #free: { readonly of: Open; readonly freeSince: number }[] = []
  /** Avoidable connections that are busy now: what a later peak can show to have been needed. */
  readonly #busyAvoidable = new Set<Open>()
  readonly #streams: number
  #busyConnections = 0
  #busyExchanges = 0
  #needed = 0
  #neededWithHttp2 = 0

  /** @param emit is given every connection once, when nothing can change its verdict any more. */
  constructor(multiplexed: boolean, emit: (judged: Judged) => void) {
    this.#emit = emit
    this.#streams = multiplexed ? ASSUMED_STREAMS : 1
  }

  /** The client wants a connection. Calls come in the order of time, together with those of {@link start}. */
  demand(subject: Subject): void {
    const now = subject.demandAt
    this.#advance(now)
    const open: Open = { subject, busy: 0, done: 0, freeSince: now, verdict: 'first', neededWithHttp2: false, previous: null }
    if (!subject.opened) {
      // It existed before: capacity the pool had, not a handshake to judge.
      this.#needed++
      this.#neededWithHttp2 = Math.max(1, this.#neededWithHttp2)
    } else this.#judge(open, now)
    this.#open.set(subject.id, open)
    if (!subject.opened) return
    this.#occupy(open)
    if (!isContiguous(subject)) this.#ends.push({ of: open, exchange: false, endAt: subject.readyAt })
  }

  /** An exchange begins. */
  start(interval: Interval): void {
    this.#advance(interval.startAt)
    const open = this.#open.get(interval.connection)
    if (open === undefined) return
    // The demand already made it busy on behalf of its first exchange.
    if (interval.ordinal > 0 || !open.subject.opened || !isContiguous(open.subject)) this.#occupy(open)
    this.#ends.push({ of: open, exchange: true, endAt: Math.max(interval.startAt, interval.endAt) })
  }

  /** Nothing more comes: settles what is left. */
  finish(): void {
    this.#advance(Infinity)
    for (const open of this.#open.values()) this.#settle(open)
    this.#open.clear()
  }

  #judge(open: Open, now: number): void {
    const seenBefore = this.#needed > 0
    if (this.#busyExchanges >= this.#neededWithHttp2 * ASSUMED_STREAMS) {
      open.neededWithHttp2 = true
      this.#neededWithHttp2++
    }
    const load = this.#streams === 1 ? this.#busyConnections : this.#busyExchanges
    if (load >= this.#needed * this.#streams) {
      open.verdict = seenBefore ? 'concurrency' : 'first'
      this.#needed++
      return
    }
    open.previous = this.#latestFree(now)
    const p = open.previous?.subject
    const doubtful = p !== undefined && p.hasGap && (p.close === null || p.close.at > now)
    open.verdict = doubtful ? 'unknown-if-free' : open.previous === null ? 'concurrency' : 'avoidable'
    if (open.verdict === 'concurrency') this.#needed++
  }

  #occupy(open: Open): void {
    this.#busyExchanges++
    if (open.busy++ > 0) return
    this.#busyConnections++
    if (open.verdict === 'avoidable') this.#busyAvoidable.add(open)
    const load = this.#streams === 1 ? this.#busyConnections : this.#busyExchanges
    if (load <= this.#needed * this.#streams) return
    // More is in flight than the connections needed so far could carry: one that seemed avoidable was needed after all.
    let latest: Open | undefined
    for (const candidate of this.#busyAvoidable) if (candidate !== open || latest === undefined) latest = candidate
    if (latest === undefined) return
    this.#busyAvoidable.delete(latest)
    latest.verdict = 'concurrency'
    latest.previous = null
    this.#needed++
  }

  #advance(now: number): void {
    for (let end = this.#ends.next; end !== undefined && end.endAt <= now; end = this.#ends.next) {
      this.#ends.pop()
      this.#release(end)
    }
  }

  #release({ of: open, exchange, endAt }: End): void {
    this.#busyExchanges--
    if (exchange) open.done++
    if (--open.busy > 0) return
    this.#busyConnections--
    this.#busyAvoidable.delete(open)
    open.freeSince = endAt
    const over = open.done >= open.subject.exchanges
    // A connection that is never used again stays the latest free one until another becomes free: what is below it is out of reach.
    if (over) this.#free = []
    this.#free.push({ of: open, freeSince: endAt })
    if (over) {
      this.#open.delete(open.subject.id)
      this.#settle(open)
    }
  }

  #latestFree(now: number): Previous | null {
    for (let top = this.#free.at(-1); top !== undefined; top = this.#free.at(-1)) {
      // Ready, but nothing was sent on it yet: free all the same.
      if (top.of.busy === 0 && top.of.freeSince === top.freeSince && top.freeSince <= now) {
        return { subject: top.of.subject, freeSince: top.freeSince, done: top.of.done }
      }
      this.#free.pop()
    }
    return null
  }

  #settle(open: Open): void {
    this.#emit({ subject: open.subject, verdict: open.verdict, neededWithHttp2: open.neededWithHttp2, previous: open.previous })
  }
}

/** Was the first request sent as soon as the connection was ready? Else it was opened ahead and was free in between. */
export const isContiguous = (s: Subject): boolean =>
  s.firstRequestAt === null || s.firstRequestAt - s.readyAt <= Math.max(50e6, s.rtt ?? 0)
