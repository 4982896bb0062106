/**
 * Timers and limits read off the traffic: the idle gaps at which a server's (or a client's) connections are closed again and
 * again, and the number of exchanges after which a server closes. One occurrence names nothing; two that agree do.
 */
import type { Side } from '../../shared/model/facts'
import { closeGap, promptWithin, serverGap } from './idle'
import { seenRace } from './races'
import { IdleCloses } from './inferred/idle-closes'
import { RequestCounts } from './inferred/request-counts'
import type { Subject } from './subjects'
import { tolerance } from './tolerance'

/** Timers are exact: three gaps that agree within this share are hardly chance. */
const TIGHT = 0.02

/** A sorted list of idle gaps that answers whether one of them recurs. */
export class GapBook {
  #gaps: number[] = []
  #sorted = true

  add(gap: number): void {
    this.#gaps.push(gap)
    this.#sorted = false
  }

  /** The middle of the gaps that agree with this one (itself included), if there are two or more. */
  recurring(gap: number): { readonly timeout: number; readonly count: number } | null {
    if (!this.#sorted) this.#gaps.sort((a, b) => a - b)
    this.#sorted = true
    const near = tolerance(gap)
    const from = lowerBound(this.#gaps, gap - near)
    const to = lowerBound(this.#gaps, gap + near)
    const count = to - from
    if (count < 2 || !(count === this.#gaps.length || this.#isTold(count, near) || this.#isExact(gap))) return null
    return { timeout: this.#gaps[(from + to) >> 1]!, count }
  }

  #isExact(gap: number): boolean {
    const count = lowerBound(this.#gaps, gap * (1 + TIGHT)) - lowerBound(this.#gaps, gap * (1 - TIGHT))
    return count >= 3 && this.#isTold(count, gap * TIGHT)
  }

  /** Do more gaps agree than chance would bring together, were they spread evenly up to the longest? */
  #isTold(count: number, near: number): boolean {
    const others = this.#gaps.length - 1
    const share = Math.min(1, (2 * near) / this.#gaps.at(-1)!)
    return count - 1 > others * share + 1.5 * Math.sqrt(others * share * (1 - share))
  }
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const mid = (low + high) >> 1
    if (sorted[mid]! < value) low = mid + 1
    else high = mid
  }
  return low
}

/** What is known of each server and client. */
export class Timers {
  readonly #servers = new Map<number, GapBook>()
  readonly #clients = new Map<number, GapBook>()
  readonly #counts = new Map<number, RequestCounts>()
  readonly #closes = { server: new Map<number, IdleCloses>(), client: new Map<number, IdleCloses>() }

  learn(s: Subject): void {
    if (s.exchanges === 0 || s.last === null) return
    const gap = closeGap(s)
    const idle = gap !== null && gap > promptWithin(s)
    // A request that was never answered says nothing of idle time, unless the close was on its way before it.
    if (s.last.answered || seenRace(s) !== null) {
      const ended = serverGap(s)
      // A GOAWAY right after a response is no time-out's, and speaks against one.
      if (ended !== null && (ended > promptWithin(s) || s.goawayAt !== null))
        bookOf(this.#servers, s.server, () => new GapBook()).add(ended)
      else if (idle && s.close?.by === 'client') bookOf(this.#clients, s.client, () => new GapBook()).add(gap)
    }
    this.#learnIdleClose(s)
    this.#counts.get(s.server)?.learn(s)
  }

  /** Every connection with requests, whatever ended it: what it carried was allowed. Before {@link learn}. */
  carried(s: Subject): void {
    bookOf(this.#counts, s.server, () => new RequestCounts()).carried(s)
  }

  #learnIdleClose(s: Subject): void {
    if (s.advertisedTimeout !== null) closesOf(this.#closes.server, s.server).announced(s.advertisedTimeout)
    const close = idleClose(s)
    if (close === null) return
    if (close.by === 'server') closesOf(this.#closes.server, s.server).add(close.gap, close.at, s.id, s.program)
    else closesOf(this.#closes.client, s.program).add(close.gap, close.at, s.id, s.server)
  }

  /** The idle closes of a server, by its number, or of a client's program, by its own. */
  idleCloses(side: Side, key: number): IdleCloses | undefined {
    return this.#closes[side].get(key)
  }

  /** The idle time-out of one end of this connection, in nanoseconds, as its closes show; null where they show none. */
  timeoutOf(side: Side, s: Subject): number | null {
    return this.idleCloses(side, side === 'server' ? s.server : s.program)?.timeout?.value ?? null
  }

  server(s: Subject): GapBook | undefined {
    return this.#servers.get(s.server)
  }

  client(s: Subject): GapBook | undefined {
    return this.#clients.get(s.client)
  }

  /** What a server's connections carried, by the server's number. */
  requestsOf(server: number): RequestCounts | undefined {
    return this.#counts.get(server)
  }
}

function bookOf<T>(books: Map<number, T>, key: number, make: () => T): T {
  let book = books.get(key)
  if (book === undefined) books.set(key, (book = make()))
  return book
}

const closesOf = (books: Map<number, IdleCloses>, key: number): IdleCloses => bookOf(books, key, () => new IdleCloses())

/**
 * The idle time after which one side ended the connection, as that side had it, where nothing else explains the end and the times can be
 * trusted. A client's begins when the response reaches it, and its FIN takes as long to come back.
 */
export function idleClose(s: Subject): { readonly by: Side; readonly gap: number; readonly at: number } | null {
  const { last, close, idleSince } = s
  if (last === null || idleSince === null || s.transport !== 'tcp' || s.clockJumped || s.oneSided || s.hasGap) return null
  if (s.application === 'tunnel' || s.application === 'websocket') return null
  if (last.headers.requestKeepsAlive === false || last.headers.responseKeepsAlive === false) return null
  const raced = !last.answered && seenRace(s) !== null
  if (!last.answered && !raced) return null
  const ended = raced && s.serverEndAt !== null ? s.serverEndAt : s.goawayAt
  if (ended !== null) return promptly(s, ended - idleSince) ? null : { by: 'server', gap: ended - idleSince, at: ended }
  if (close === null || promptly(s, close.at - idleSince)) return null
  return { by: close.by, gap: close.at - idleSince - (close.by === 'client' ? s.clientWay : 0), at: close.at }
}

const promptly = (s: Subject, gap: number): boolean => gap <= promptWithin(s)
