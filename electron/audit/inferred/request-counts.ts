/**
 * How many requests a server's connections carried, and the number at which it ends them. The one inference of request limits: causes, the
 * list of timers and the simulator all ask it.
 */
import { isDropping } from '../error-closes'
import { closeGap, promptWithin } from '../idle'
import type { Subject } from '../subjects'
import { NAMED } from './cluster'

/** Advertised values that are told apart. */
const MOST_ADVERTISED = 100

export interface RequestLimit {
  readonly value: number
  /** Connections that the server ended at it, and at any number from two on. */
  readonly ended: number
  readonly of: number
  /** Its `Keep-Alive: max` said so. */
  readonly announced: boolean
  /** At most 20 of those that show it. */
  readonly connections: readonly number[]
}

/** The server announced the close of a connection the client would have kept, or closed right after a response. */
export function endedByServer(s: Subject): boolean {
  const last = s.last
  if (last === null || last.headers.requestKeepsAlive === false) return false
  const gap = closeGap(s)
  const idle = gap !== null && gap > promptWithin(s)
  return (
    (s.goawayAt !== null && s.idleSince !== null && s.goawayAt <= s.idleSince + promptWithin(s)) ||
    last.headers.responseKeepsAlive === false ||
    (s.close?.by === 'server' && s.close.how === 'fin' && !idle && last.answered)
  )
}

/** Its `Keep-Alive: max` had counted down to its end. Apache's max counts the requests that may follow; others name the total. */
export const countedDown = ({ lowestMax, firstMax, exchanges }: Subject): boolean =>
  lowestMax !== null && (lowestMax <= 1 || firstMax === exchanges || firstMax === exchanges - 1)

export class RequestCounts {
  /** Connections by the number of requests they carried, and those of them that the server ended. */
  readonly #carried = new Map<number, number>()
  readonly #ended = new Map<number, number>()
  readonly #advertised = new Map<number, number>()
  #total = 0
  #most = 0
  /** Of connections that carried the most: some, and those that were ended. */
  #carriers: number[] = []
  #shown: number[] = []
  /** The most at which a connection ended whose `max` had counted down, and whether that says 1 or less. */
  #countdown = 0
  #toTheEnd = 0

  /** A connection, however it ended. */
  carried(s: Subject): void {
    if (s.exchanges > this.#most) {
      this.#most = s.exchanges
      this.#carriers = []
      this.#shown = []
    }
    if (s.exchanges === this.#most && this.#carriers.length < NAMED) this.#carriers.push(s.id)
    this.#carried.set(s.exchanges, (this.#carried.get(s.exchanges) ?? 0) + 1)
    if (s.firstMax !== null && (this.#advertised.size < MOST_ADVERTISED || this.#advertised.has(s.firstMax)))
      this.#advertised.set(s.firstMax, (this.#advertised.get(s.firstMax) ?? 0) + 1)
  }

  /** How that connection ended: an error that ends one says nothing of a limit, nor does one whose first requests were not seen. */
  learn(s: Subject): void {
    if (s.exchanges < 2 || s.last === null || isDropping(s.last) || !endedByServer(s)) return
    if (!s.opened && s.transport !== 'har') return
    this.#total++
    this.#ended.set(s.exchanges, (this.#ended.get(s.exchanges) ?? 0) + 1)
    if (s.exchanges === this.#most && this.#shown.length < NAMED) this.#shown.push(s.id)
    if (countedDown(s)) this.#countdown = Math.max(this.#countdown, s.exchanges)
    if (s.lowestMax !== null && s.lowestMax <= 1) this.#toTheEnd = Math.max(this.#toTheEnd, s.exchanges)
  }

  /** Connections that the server ended with a response, at whatever number from two on. */
  get total(): number {
    return this.#total
  }

  /** What most first responses advertise. */
  get advertised(): number | null {
    let [best, most] = [null as number | null, 0]
    for (const [max, count] of this.#advertised)
      if (count > most || (count === most && best !== null && max < best)) [best, most] = [max, count]
    return best
  }

  /** How many connections ended at this number, if it is the one at which the server closes: two or more, and none went beyond; else 0. */
  ends(exchanges: number): number {
    const ended = this.#ended.get(exchanges) ?? 0
    return exchanges === this.#most && ended >= 2 ? ended : 0
  }

  /** The most requests any connection carried, where the server ended two or more there; one, where its `max` had said so. */
  get limit(): RequestLimit | null {
    const [value, ended, max] = [this.#most, this.#ended.get(this.#most) ?? 0, this.advertised]
    const announced = max !== null && (this.#toTheEnd === value || max === value || max === value - 1)
    if (value < 2 || ended < (announced ? 1 : 2)) return null
    return { value, ended, of: this.#total, announced, connections: this.#shown }
  }

  /** The number at which this server ends connections, as far as it is known; Infinity where it is not. Hosts of one server may differ. */
  get enforced(): number {
    return this.limit?.value ?? (this.#countdown > 0 ? this.#countdown : Infinity)
  }

  /** What it is known to allow: the most that were carried, by how many connections that were half as long, of how many, and some of those. */
  get allowed(): {
    readonly value: number
    readonly samples: number
    readonly of: number
    readonly connections: readonly number[]
  } {
    let [samples, of] = [0, 0]
    for (const [count, connections] of this.#carried) {
      of += connections
      if (2 * count >= this.#most) samples += connections
    }
    return { value: this.#most, samples, of, connections: this.#carriers }
  }
}
