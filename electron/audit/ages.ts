/**
 * Age limits read off the traffic: the age beyond which a server (or a client) uses no connection again. Unlike an idle time-out it
 * ends connections after different idle times; unlike a request limit, after different numbers of requests.
 */
import { closeGap, promptWithin } from './idle'
import type { Subject } from './subjects'
import { tolerance } from './tolerance'

const SECOND = 1e9
/** Younger than this, an age says no more than that the traffic was short. */
const YOUNGEST = SECOND
/** Ends that must agree: ages meet by chance more easily than idle gaps. */
const ENOUGH = 3
/** Connections opened within so long of each other, or within what their ages differ by, tell the same. */
const ONE_INSTANT = 0.1 * SECOND
/** Timers that are set for the same age go off a little apart. */
const JITTER = 0.02
/** Ages name a limit when they lie closer together than the idle times before their ends, by this factor. */
const ALIKE = 0.75
/** Where nothing else can explain them, so many ends within this share of their age are enough. */
const ENOUGH_ALONE = 4
const ALIKE_ALONE = 0.1
/** The oldest use and the youngest end hold a limit between them when they are no further apart than this share of it. */
const BRACKET = 0.05
/** More than this share of something is most of it. */
const MOST_SHARE = 0.6
/** Connections a limit names. */
const NAMED = 20
/** Ends kept of one server or client. */
const MOST = 2048

interface End {
  readonly connection: number
  readonly openedAt: number
  readonly age: number
  /** Idle time before it, where it was a close of its own. */
  readonly gap: number | null
  /** It came with a request, or right after its response. */
  readonly atRequest: boolean
  readonly exchanges: number
}

export interface AgeLimit {
  /** The youngest age at which a connection was ended, in nanoseconds. */
  readonly age: number
  readonly ends: number
  /**
   * The first request at this age or beyond is served and is the last, as with nginx's keepalive_time; until then the connection stays open.
   * Else it takes no request from this age on: whoever keeps the limit closes it.
   */
  readonly atRequests: boolean
  /** The oldest age at which one was used all the same. */
  readonly used: number
  /** The oldest at which one was ended, and the ends looked at. */
  readonly to: number
  readonly of: number
  /** Connections that show it, at most 20. */
  readonly connections: readonly number[]
}

class AgeBook {
  readonly #ends: End[] = []
  #used = 0
  #survived = 0
  #limit: AgeLimit | null | undefined

  /** @param age the oldest at which it was used; `idle` the longest idle time after which it was */
  used(age: number, idle: number): void {
    if (age > this.#used) this.#used = age
    if (idle > this.#survived) this.#survived = idle
  }

  end(end: End): void {
    if (this.#ends.length < MOST) this.#ends.push(end)
  }

  /** Asked only when everything was learned. */
  get limit(): AgeLimit | null {
    return (this.#limit ??= this.#find())
  }

  #find(): AgeLimit | null {
    const old = this.#ends.filter((end) => end.age >= this.#used * (1 - JITTER))
    if (old.length < ENOUGH) return null
    const ages = spanOf(old.map((end) => end.age))
    if (openings(old, Math.max(ONE_INSTANT, ages.high - ages.low)) < ENOUGH) return null
    const areMost = 2 * old.length >= this.#ends.length
    // Ends at the next request come late: then the oldest use and the youngest end must hold the limit between them.
    const bracketed = areMost && ages.low - this.#used <= BRACKET * ages.low
    const tight = ages.high - ages.low <= tolerance(ages.low)
    if (ages.low < YOUNGEST || !(tight || bracketed)) return null
    const isLeft =
      areMost && old.length >= ENOUGH_ALONE && ages.high - ages.low <= ALIKE_ALONE * ages.low && this.#isAllThatIsLeft(old)
    if (!isLeft && this.#isExplained(old, tight ? ages.high - ages.low : null, bracketed)) return null
    const atRequests = this.#isAtRequests(old, tight)
    // Idle connections beyond such an age are ended by a time-out.
    const shown = atRequests ? old.filter((end) => end.atRequest) : old
    const { low, high } = spanOf(shown.map((end) => end.age))
    return {
      age: low,
      atRequests,
      ends: shown.length,
      used: this.#used,
      to: high,
      of: this.#ends.length,
      connections: shown.slice(0, NAMED).map(({ connection }) => connection),
    }
  }

  /**
   * Can neither a time-out nor a limit have made most of these ends? Each came at its own count, and after less idle time than others were
   * used again after. Then it does not matter how close the idle times lie together.
   */
  #isAllThatIsLeft(old: readonly End[]): boolean {
    const waits = old.map((end) => end.gap).filter((gap) => gap !== null)
    return (
      !mostSame(old.map((end) => end.exchanges)) &&
      waits.filter((wait) => this.#isOutlived(wait)).length > MOST_SHARE * waits.length
    )
  }

  /** No time-out ends a connection after less idle time than another was used again after. */
  #isOutlived(wait: number): boolean {
    return wait < this.#survived * (1 - JITTER)
  }

  /** Enough came with requests, and no others, or a time-out's. */
  #isAtRequests(old: readonly End[], tight: boolean): boolean {
    const idle = old.filter((end) => !end.atRequest).length
    return old.length - idle >= ENOUGH && (idle === 0 || (!tight && this.#isTimeout(old)))
  }

  /** One idle time before most of these: no time-out ended connections that had been idle for less than others that were used again. */
  #isTimeout(old: readonly End[]): boolean {
    const waits = old.map((end) => end.gap).filter((gap) => gap !== null)
    return (
      waits.length > 0 && mostAgree(waits) && waits.filter((wait) => !this.#isOutlived(wait)).length > MOST_SHARE * waits.length
    )
  }

  /** Do a time-out, which makes idle times alike, or a limit, which makes counts alike, or both, explain these ends as well? */
  #isExplained(old: readonly End[], ageSpan: number | null, bracketed: boolean): boolean {
    const prompt = old.filter((end) => end.gap === null).map((end) => end.exchanges)
    const waits = old.map((end) => end.gap).filter((gap) => gap !== null)
    if (waits.length === 0) return new Set(prompt).size === 1
    const { low, high } = spanOf(waits)
    const timeout = this.#isTimeout(old)
    const limit = mostSame(prompt)
    if (prompt.length > 0 && timeout && limit) return true
    const waited = high - (prompt.length > 0 ? 0 : low)
    const closer = ageSpan !== null && ageSpan < ALIKE * waited && (2 * waited > tolerance(low) || !timeout)
    return !closer && !(bracketed && !(timeout && limit))
  }
}

/**
 * How often, further apart than `apart`, the connections were opened. A program that stops ends at one instant, and so at one age, all
 * that it opened at one.
 */
function openings(ends: readonly End[], apart: number): number {
  let last = -Infinity
  let count = 0
  for (const at of ends.map(({ openedAt }) => openedAt).sort((a, b) => a - b)) {
    if (at - last <= apart) continue
    last = at
    count++
  }
  return count
}

/** Do most of these idle times agree with the middle one? */
function mostAgree(waits: readonly number[]): boolean {
  const middle = [...waits].sort((a, b) => a - b)[waits.length >> 1] ?? 0
  const near = tolerance(middle)
  return waits.filter((wait) => Math.abs(wait - middle) <= near).length > MOST_SHARE * waits.length
}

/** Are most of these counts the same? Also where there is none. */
function mostSame(counts: readonly number[]): boolean {
  const times = new Map<number, number>()
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1)
  return counts.length === 0 || Math.max(...times.values()) > MOST_SHARE * counts.length
}

const spanOf = (values: readonly number[]): { readonly low: number; readonly high: number } =>
  values.reduce(({ low, high }, v) => ({ low: Math.min(low, v), high: Math.max(high, v) }), { low: Infinity, high: -Infinity })

export class Ages {
  readonly #servers = new Map<number, AgeBook>()
  /** By program, and by the server it asks. */
  readonly #clients = new Map<number, Map<number, AgeBook>>()

  /** Is given every connection that carried an exchange, ended or not. */
  learn(s: Subject): void {
    const { last } = s
    if (last === null || s.idleSince === null || !s.opened || s.transport === 'har') return
    const server = bookOf(this.#servers, s.server, () => new AgeBook())
    const client = bookOf(
      bookOf(this.#clients, s.program, () => new Map<number, AgeBook>()),
      s.server,
      () => new AgeBook(),
    )
    const told = announcedAt(s)
    server.used((told === null ? s.idleSince : (last.previousCompleteAt ?? s.demandAt)) - s.demandAt, s.longestIdle)
    client.used((last.requestAt ?? s.idleSince) - s.demandAt, s.longestIdle)
    if (!last.answered) return
    const at = endedAt(s, 'server')
    if (at !== null)
      server.end({
        connection: s.id,
        openedAt: s.demandAt,
        age: at - s.demandAt,
        gap: told === null ? waitOf(s) : null,
        atRequest: isAtRequest(s, told),
        exchanges: s.exchanges,
      })
    const left = endedAt(s, 'client')
    if (left !== null)
      client.end({
        connection: s.id,
        openedAt: s.demandAt,
        age: left - s.demandAt,
        gap: waitOf(s),
        atRequest: waitOf(s) === null,
        exchanges: s.exchanges,
      })
  }

  /** The limit of a server, by its number. */
  ofServer(server: number): AgeLimit | null {
    return this.#servers.get(server)?.limit ?? null
  }

  /** The limit of a client's program, by its number: where it has several, towards several servers, the one that most ends show. */
  ofProgram(program: number): AgeLimit | null {
    let best: AgeLimit | null = null
    for (const { limit } of this.#clients.get(program)?.values() ?? [])
      if (limit !== null && limit.ends > (best?.ends ?? 0)) best = limit
    return best
  }

  /** The limits that a connection between these two has, on whichever side; Infinity for none. */
  between(program: number, server: number): { readonly age: number; readonly atRequests: boolean } {
    const [first, second] = [this.ofServer(server), this.#clients.get(program)?.get(server)?.limit ?? null]
    const least = first !== null && second !== null ? (first.age <= second.age ? first : second) : (first ?? second)
    return { age: least?.age ?? Infinity, atRequests: least?.atRequests ?? false }
  }

  /** The limit that ended this connection, and on which side it is. */
  of(s: Subject): (AgeLimit & { readonly by: 'server' | 'client'; readonly own: number }) | null {
    for (const by of ['server', 'client'] as const) {
      const at = endedAt(s, by)
      const limit = by === 'server' ? this.#servers.get(s.server)?.limit : this.#clients.get(s.program)?.get(s.server)?.limit
      if (at === null || limit === null || limit === undefined || at - s.demandAt < limit.age) continue
      if (limit.atRequests && !isAtRequest(s, announcedAt(s))) continue
      return { ...limit, by, own: at - s.demandAt }
    }
    return null
  }
}

/** When one side ended the connection of its own accord: by announcing it or closing it; null where it did not. */
function endedAt(s: Subject, by: 'server' | 'client'): number | null {
  if (s.last === null || s.last.headers.requestKeepsAlive === false) return null
  const told = announcedAt(s)
  if (told !== null) return by === 'server' ? told : null
  return s.close?.by === by && s.close.how === 'fin' && s.last.answered && !s.last.closeDelimited ? s.close.at : null
}

/** Idle time before the close; null where it came right after a response. */
function waitOf(s: Subject): number | null {
  const gap = closeGap(s)
  return gap !== null && gap > promptWithin(s) ? gap : null
}

/** The end came with a request, or right after its response: not by a timer of its own, as GOAWAY in an idle time does. */
function isAtRequest(s: Subject, told: number | null): boolean {
  if (told === null) return waitOf(s) === null
  return s.goawayAt === null || told - (s.last?.requestAt ?? told) <= promptWithin(s)
}

/** When the server announced the close of a connection that it had kept open so far. */
function announcedAt(s: Subject): number | null {
  if (s.goawayAt !== null) return s.goawayAt
  return s.exchanges >= 2 && s.last?.headers.responseKeepsAlive === false ? s.last.requestAt : null
}

function bookOf<K, B>(books: Map<K, B>, key: K, make: () => B): B {
  let book = books.get(key)
  if (book === undefined) books.set(key, (book = make()))
  return book
}
