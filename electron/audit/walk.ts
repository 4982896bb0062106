/**
 * The walk: a pool's demand in the order of time. It decides which connections were needed (docs/audit-model.md, "Needed and
 * avoidable"). One pass, with the memory of what is open at one moment; it never goes back.
 *
 * A connection is busy from its SYN until it can carry its first request, and while an exchange is in flight on it. With every
 * earlier connection kept open, a pool needs as many connections as are ever busy at once: a connection is needed when all
 * those needed so far are busy at its SYN, or when a later demand finds more busy than that.
 */
import type { Previous } from './case'
import { EndHeap } from './heap'
import { isDiscarded } from './idle'
import type { Judged, Open } from './opened'
import { DECIDES_WITHIN, isUsable, passBy, takenAfterAll } from './opened'
import { AT_ONCE, LARGEST_POOL, PoolUse } from './pool-use'
import { Recent } from './recent'
import type { Subject } from './subjects'

/** HTTP/2 streams assumed per connection where the server set no limit that was seen: what RFC 9113 §6.5.2 recommends as the least. */
export const ASSUMED_STREAMS = 100

/** Requests made together go out within this time, in whatever order: those on idle connections may be later than those on new ones. */
const TAKEN_WITHIN = 10e6

/** Verdicts of one pool that wait for its end. */
const MOST_DEFERRED = 20_000

/** One stretch of time in which an exchange kept its connection busy. */
export interface Interval {
  readonly connection: number
  readonly ordinal: number
  readonly startAt: number
  readonly endAt: number
}

interface End {
  readonly of: Open
  readonly what: 'setup' | 'ready' | 'begun' | 'exchange' | 'close' | 'settled'
  endAt: number
}

interface Free {
  readonly of: Open
  readonly freeSince: number
}

/** Idle connections looked through for one that was usable. */
const LOOKED_AT = 16

/** It has not been used since. */
const isFree = ({ of, freeSince }: Free): boolean => of.busy === 0 && of.freeSince === freeSince

export class PoolWalk {
  readonly #emit: (judged: Judged) => void
  readonly #open = new Map<number, Open>()
  readonly #ends = new EndHeap<End>()
  /** Connections by the time they became free, latest last. Entries of connections that are busy again are skipped. */
  #free: Free[] = []
  /** Avoidable connections that are busy now: what a later peak can show to have been needed. */
  readonly #busyAvoidable = new Recent<Open>()
  /** HTTP/2 and HTTP/3: connections with requests in flight and room for more. */
  readonly #roomy = new Recent<Open>()
  readonly #use = new PoolUse()
  #longestIdle: Open | null = null
  #latestIdle: Open | null = null
  #deferred: Judged[] = []
  readonly #multiplexed: boolean
  #busyConnections = 0
  #busyExchanges = 0
  #needed = 0
  /** What the connections needed so far carry at once: connections' worth of one exchange each, or streams. */
  #capacity = 0
  #capacityWithHttp2 = 0

  /** @param emit is given every connection once, when nothing can change its verdict any more. */
  constructor(multiplexed: boolean, emit: (judged: Judged) => void) {
    this.#emit = emit
    this.#multiplexed = multiplexed
  }

  /** How the client uses its connections; complete when the pool was walked. */
  get use(): PoolUse {
    return this.#use
  }

  /** The client wants a connection. Calls come in the order of time, together with those of {@link start}. */
  demand(subject: Subject): void {
    const now = subject.demandAt
    this.#advance(now)
    const contiguous = isContiguous(subject)
    const open: Open = {
      subject,
      busy: 0,
      done: 0,
      freeSince: now,
      verdict: 'first',
      neededWithHttp2: false,
      previous: null,
      gap: 0,
      ready: !subject.opened,
      idle: false,
      idleBefore: null,
      idleAfter: null,
      passedBy: null,
      besideIdle: false,
      discardedBeside: null,
    }
    if (!subject.opened) {
      // It existed before: capacity the pool had, not a handshake to judge.
      this.#need(open)
      if (this.#capacityWithHttp2 === 0) this.#capacityWithHttp2 = streamsOf(subject)
    } else this.#judge(open, now)
    this.#open.set(subject.id, open)
    this.#use.opened()
    if (!subject.opened) return
    this.#occupy(open)
    if (!contiguous) this.#ends.push({ of: open, what: 'setup', endAt: subject.readyAt })
    else if (this.#multiplexed) this.#ends.push({ of: open, what: 'ready', endAt: subject.readyAt })
  }

  /** An exchange begins. */
  start(interval: Interval): void {
    this.#advance(interval.startAt)
    const open = this.#open.get(interval.connection)
    if (open === undefined) return
    if (open.passedBy !== null) takenAfterAll(open, interval.startAt)
    if (interval.ordinal === 0 && this.#use.idle > (open.idle ? 1 : 0))
      this.#ends.push({ of: open, what: 'begun', endAt: interval.startAt + TAKEN_WITHIN })
    this.#use.request(interval.ordinal > 0)
    if (interval.ordinal > 0 && open.busy === 0 && interval.startAt - open.freeSince - open.subject.clientWay <= AT_ONCE)
      this.#use.waits(this.#inUseWith(open))
    // The demand already made it busy on behalf of its first exchange.
    if (interval.ordinal > 0 || !open.subject.opened) this.#occupy(open)
    else if (!isContiguous(open.subject)) {
      open.gap = this.#gapBeside(open, interval.startAt) ?? open.gap
      this.#occupy(open)
    }
    this.#ends.push({ of: open, what: 'exchange', endAt: Math.max(interval.startAt, interval.endAt) })
  }

  /** Nothing more comes: settles what is left. */
  finish(): void {
    this.#advance(Infinity)
    for (const open of this.#open.values()) this.#settle(open)
    this.#open.clear()
    for (const judged of this.#deferred) this.#emit(judged)
    this.#deferred = []
  }

  #judge(open: Open, now: number): void {
    const seenBefore = this.#needed > 0
    if (this.#busyExchanges >= this.#capacityWithHttp2) {
      open.neededWithHttp2 = true
      this.#capacityWithHttp2 += streamsOf(open.subject)
    }
    if (this.#load >= this.#capacity) {
      open.verdict = seenBefore ? 'concurrency' : 'first'
      this.#need(open)
      return
    }
    // From the capture to the client and back: its SYN was sent, and what it knew had come, so much earlier.
    const decidedAt = now - DECIDES_WITHIN - Math.max(0, (open.subject.rtt ?? 0) - open.subject.serverDelay)
    open.previous =
      this.#latestFree(open, now, decidedAt) ?? (this.#multiplexed ? this.#withRoom(open.subject, now, decidedAt) : null)
    const p = open.previous?.subject
    const doubtful = p !== undefined && (p.clockJumped || (p.hasGap && (p.close === null || p.close.at > now)))
    open.verdict = doubtful ? 'unknown-if-free' : open.previous === null ? 'concurrency' : 'avoidable'
    if (open.verdict === 'concurrency') this.#need(open)
    open.gap = open.previous === null ? 0 : now - open.previous.freeSince
  }

  /** What is in flight, counted as {@link #capacity} is. */
  get #load(): number {
    return this.#multiplexed ? this.#busyExchanges : this.#busyConnections
  }

  #need({ subject }: Open): void {
    this.#needed++
    this.#capacity += this.#multiplexed ? streamsOf(subject) : 1
  }

  #occupy(open: Open): void {
    this.#busyExchanges++
    open.busy++
    this.#noteRoom(open)
    if (open.busy > 1) return
    this.#busyConnections++
    this.#setIdle(open, false)
    if (open.verdict === 'avoidable') this.#busyAvoidable.add(open)
    if (this.#load <= this.#capacity) return
    // More is in flight than the connections needed so far could carry: one that seemed avoidable was needed after all.
    const latest = this.#busyAvoidable.latestBut(open)
    if (latest === undefined) return
    this.#busyAvoidable.delete(latest)
    latest.verdict = 'concurrency'
    latest.previous = null
    this.#need(latest)
  }

  #advance(now: number): void {
    for (let end = this.#ends.next; end !== undefined && end.endAt <= now; end = this.#ends.next) {
      this.#ends.pop()
      this.#release(end)
    }
  }

  #release({ of: open, what, endAt }: End): void {
    if (what === 'close') return this.#closed(open)
    if (what === 'settled') return this.#settle(open)
    if (what === 'begun') {
      open.besideIdle = this.#use.idle > (open.idle ? 1 : 0)
      return
    }
    open.ready = true
    if (what === 'ready') return this.#noteRoom(open)
    this.#busyExchanges--
    if (what === 'exchange') open.done++
    open.busy--
    this.#noteRoom(open)
    if (open.busy > 0) return
    this.#busyConnections--
    this.#busyAvoidable.delete(open)
    open.freeSince = endAt
    const over = open.done >= open.subject.exchanges
    // A connection that is never used again stays the latest free one until another becomes free: what is below it is out of reach.
    if (over) this.#free = []
    else if (this.#free.length > 2 * this.#open.size + 64) this.#free = this.#free.filter(isFree)
    this.#free.push({ of: open, freeSince: endAt })
    // What the client gives up at once was never among those it keeps.
    const closeAt = open.subject.close?.at ?? Infinity
    if (what === 'exchange' && (!over || (closeAt > endAt && !isDiscarded(open.subject)))) this.#setIdle(open, true)
    if (over) {
      this.#open.delete(open.subject.id)
      if (closeAt < Infinity) this.#ends.push({ of: open, what: 'close', endAt: Math.max(closeAt, endAt) })
      else this.#use.closed()
      // A quick one may be over before it is seen whether the one it passed by was about to be taken.
      const settledAt = open.previous?.knownFree === true ? open.subject.demandAt + DECIDES_WITHIN : endAt
      if (settledAt > endAt) this.#ends.push({ of: open, what: 'settled', endAt: settledAt })
      else this.#settle(open)
    }
  }

  /** Connections that were in use when this one, which is about to be used again, became free. Among many no client's limit is looked for. */
  #inUseWith(open: Open): number {
    let inUse = this.#busyConnections + 1
    const end = Math.max(0, this.#free.length - LARGEST_POOL)
    for (let i = this.#free.length - 1; i >= end; i--) {
      const entry = this.#free[i]!
      if (entry.freeSince < open.freeSince) break
      if (entry.of !== open && isFree(entry)) inUse++
    }
    return inUse
  }

  #closed(open: Open): void {
    this.#use.closed()
    this.#setIdle(open, false)
    if (!isDiscarded(open.subject)) return
    open.discardedBeside = this.#use.idle
    this.#use.discard(this.#use.idle, open.besideIdle && open.verdict === 'avoidable')
  }

  #setIdle(open: Open, idle: boolean): void {
    if (open.idle === idle) return
    open.idle = idle
    this.#use.add(idle ? 1 : -1)
    if (idle) {
      open.idleBefore = this.#latestIdle
      if (this.#latestIdle === null) this.#longestIdle = open
      else this.#latestIdle.idleAfter = open
      this.#latestIdle = open
      return
    }
    if (open.idleBefore === null) this.#longestIdle = open.idleAfter
    else open.idleBefore.idleAfter = open.idleAfter
    if (open.idleAfter === null) this.#latestIdle = open.idleBefore
    else open.idleAfter.idleBefore = open.idleBefore
    open.idleBefore = open.idleAfter = null
  }

  /** Was any connection idle and usable since before this instant? */
  #wasIdle(since: number, now: number): boolean {
    let left = LOOKED_AT
    for (let open = this.#longestIdle; open !== null && open.freeSince <= since && left > 0; open = open.idleAfter, left--)
      if (isUsable(open, now)) return true
    return false
  }

  #noteRoom(open: Open): void {
    if (!this.#multiplexed) return
    if (open.ready && open.busy > 0 && open.busy < streamsOf(open.subject)) this.#roomy.add(open)
    else this.#roomy.delete(open)
  }

  /** Was one idle and usable that is like the wanted one in carrying credentials, or not? Or is this one? */
  #alikeIdle(previous: Subject, wanted: Subject, now: number): boolean {
    if (previous.anonymous === wanted.anonymous) return true
    let left = LOOKED_AT
    for (let open = this.#longestIdle; open !== null && left > 0; open = open.idleAfter, left--)
      if (open.subject.anonymous === wanted.anonymous && isUsable(open, now)) return true
    // Of more than that one may be.
    return left === 0
  }

  #latestFree(wanted: Open, now: number, decidedAt: number): Previous | null {
    for (let top = this.#free.at(-1); top !== undefined; top = this.#free.at(-1)) {
      // Ready, but nothing was sent on it yet: free all the same.
      if (isFree(top) && top.freeSince <= now) {
        const known = top.freeSince <= decidedAt || this.#wasIdle(decidedAt, now)
        if (!this.#multiplexed) passBy(top.of, wanted, now)
        return this.#asPrevious(top.of, top.freeSince, known, this.#alikeIdle(top.of.subject, wanted.subject, now))
      }
      this.#free.pop()
    }
    return null
  }

  /** How long the latest free one but this, which is about to be used, has been idle; null for none. */
  #gapBeside(open: Open, now: number): number | null {
    for (let top = this.#free.at(-1); top !== undefined; top = this.#free.at(-1)) {
      if (top.of !== open && isFree(top)) return now - top.freeSince
      this.#free.pop()
    }
    return null
  }

  /** A connection that could have carried the request beside those in flight on it. */
  #withRoom(wanted: Subject, now: number, decidedAt: number): Previous | null {
    for (let open = this.#roomy.oldest; open !== undefined; open = this.#roomy.oldest) {
      if ((open.subject.goawayAt ?? Infinity) > now)
        return this.#asPrevious(open, now, open.subject.readyAt <= decidedAt, this.#alikeIdle(open.subject, wanted, now))
      // Its GOAWAY is not taken back.
      this.#roomy.delete(open)
    }
    return null
  }

  #asPrevious(
    { subject, done, busy, discardedBeside }: Open,
    freeSince: number,
    knownFree: boolean,
    alikeIdle: boolean,
  ): Previous {
    return { subject, freeSince, done, inFlight: busy, knownFree, usedAfter: null, alikeIdle, discardedBeside, use: this.#use }
  }

  #settle(open: Open): void {
    const { subject, verdict, neededWithHttp2, previous, gap } = open
    const judged = { subject, verdict, neededWithHttp2, previous, gap }
    // How many idle connections the client keeps is known when the pool has been walked.
    const waits = previous !== null && (previous.discardedBeside ?? 0) > 0 && this.#deferred.length < MOST_DEFERRED
    if (waits) this.#deferred.push(judged)
    else this.#emit(judged)
  }
}

/** Requests that a connection carries at once. A server may say 0 for a while, never for long (RFC 9113 §6.5.2). */
const streamsOf = (s: Subject): number => Math.max(1, s.maxStreams ?? ASSUMED_STREAMS)

/** Was the first request sent as soon as the connection was ready? Else it was opened ahead and was free in between. */
export const isContiguous = (s: Subject): boolean =>
  s.firstRequestAt === null || s.firstRequestAt - s.readyAt <= Math.max(50e6, s.rtt ?? 0)
