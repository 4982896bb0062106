/**
 * Timers and limits read off the traffic: the idle gaps at which a server's (or a client's) connections are closed again and
 * again, and the number of exchanges after which a server closes. One occurrence names nothing; two that agree do.
 */
import { closeGap, promptWithin } from './idle'
import { seenRace } from './races'
import type { Subject } from './subjects'

const SECOND = 1e9

/** ± 10 % or 0.5 s; below two seconds a quarter, since there 0.5 s would match anything. */
export const tolerance = (gap: number): number => Math.max(gap * 0.1, Math.min(0.5 * SECOND, gap * 0.25))

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
    return to - from < 2 ? null : { timeout: this.#gaps[(from + to) >> 1]!, count: to - from }
  }

  /** The gap with most company, for a server of which no particular close is asked. */
  typical(): number | null {
    let best: { timeout: number; count: number } | null = null
    for (let i = 0; i < this.#gaps.length; i += Math.max(1, Math.floor(this.#gaps.length / 200))) {
      const found = this.recurring(this.#gaps[i]!)
      if (found !== null && found.count > (best?.count ?? 1)) best = found
    }
    return best?.timeout ?? null
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

/** How often a server's connections ended at each number of exchanges. */
class LimitBook {
  readonly #counts = new Map<number, number>()
  #highest = 0

  add(exchanges: number): void {
    this.#counts.set(exchanges, (this.#counts.get(exchanges) ?? 0) + 1)
    if (exchanges > this.#highest) this.#highest = exchanges
  }

  /** Is this the number at which the server closes? Others ended there too, and none went beyond. */
  isLimit(exchanges: number): boolean {
    return exchanges === this.#highest && (this.#counts.get(exchanges) ?? 0) >= 2
  }
}

/** What is known of each server and client. */
export class Timers {
  readonly #servers = new Map<number, GapBook>()
  readonly #clients = new Map<number, GapBook>()
  readonly #limits = new Map<number, LimitBook>()

  learn(s: Subject): void {
    if (s.exchanges === 0 || s.last === null) return
    const gap = closeGap(s)
    const idle = gap !== null && gap > promptWithin(s)
    // A request that was never answered says nothing of idle time, unless the close was on its way before it.
    if (s.close !== null && idle && (s.last.answered || seenRace(s) !== null)) {
      if (s.close.by === 'server') bookOf(this.#servers, s.server, () => new GapBook()).add(gap)
      else bookOf(this.#clients, s.client, () => new GapBook()).add(gap)
    }
    if (s.exchanges >= 2 && endedByServer(s, idle)) bookOf(this.#limits, s.server, () => new LimitBook()).add(s.exchanges)
  }

  server(s: Subject): GapBook | undefined {
    return this.#servers.get(s.server)
  }

  client(s: Subject): GapBook | undefined {
    return this.#clients.get(s.client)
  }

  isLimit(s: Subject): boolean {
    return this.#limits.get(s.server)?.isLimit(s.exchanges) ?? false
  }
}

function bookOf<T>(books: Map<number, T>, key: number, make: () => T): T {
  let book = books.get(key)
  if (book === undefined) books.set(key, (book = make()))
  return book
}

/** The server announced the close of a connection the client would have kept, or closed right after a response. */
export function endedByServer(s: Subject, idle: boolean): boolean {
  const last = s.last
  if (last === null || last.headers.requestKeepsAlive === false) return false
  return (
    (s.goawayAt !== null && s.idleSince !== null && s.goawayAt <= s.idleSince + promptWithin(s)) ||
    last.headers.responseKeepsAlive === false ||
    (s.close?.by === 'server' && s.close.how === 'fin' && !idle && last.answered)
  )
}
