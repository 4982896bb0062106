/** What the traffic reveals of the settings behind it: each server's and client's idle time-out, and each server's request limit. */
import type { Store } from '../../store/store'
import { closeGap, promptWithin } from '../idle'
import { seenRace } from '../races'
import type { Subject } from '../subjects'
import type { Ages } from '../ages'
import type { Learned } from '../judge'
import { learn } from '../judge'
import { countedDown, endedByServer } from '../inferred/request-counts'
import type { Timers } from '../timers'
import { tolerance } from '../tolerance'

const SECOND = 1e9
/** Servers may hold on for a second beyond what they advertise (Node.js' keepAliveTimeoutBuffer). */
const BUFFER = 1.2 * SECOND

export class Revealed {
  readonly #timers: Timers
  readonly #ages: Ages
  /** The advertised time-out, or the idle time that closed a connection in its stead. */
  readonly #advertised = new Map<number, number>()

  private constructor({ timers, ages }: Pick<Learned, 'timers' | 'ages'>) {
    this.#timers = timers
    this.#ages = ages
  }

  static async from(store: Store, checkpoint: () => void): Promise<Revealed> {
    const learned = await learn(store, checkpoint)
    const revealed = new Revealed(learned)
    for await (const subjects of learned.passes.pass()) {
      checkpoint()
      for (const s of subjects) {
        if (s.exchanges === 0) continue
        revealed.#learnAdvertised(s)
      }
    }
    return revealed
  }

  #learnAdvertised(s: Subject): void {
    if (s.advertisedTimeout === null) return
    const advertised = s.advertisedTimeout * SECOND
    const gap = s.close?.by === 'server' && s.last?.answered === true ? closeGap(s) : null
    if (gap !== null && agreesWithAdvertised(gap, advertised)) this.#advertised.set(s.server, gap)
    else if (!this.#advertised.has(s.server)) this.#advertised.set(s.server, advertised)
  }

  /** Nanoseconds; Infinity where the traffic shows none. */
  serverTimeout(s: Subject): number {
    return this.#timers.timeoutOf('server', s) ?? this.#advertised.get(s.server) ?? Infinity
  }

  clientTimeout(s: Subject): number {
    return this.#timers.timeoutOf('client', s) ?? Infinity
  }

  requestLimit(s: Subject): number {
    return this.#timers.requestsOf(s.server)?.enforced ?? Infinity
  }

  /** The server ended it at its request limit. */
  reachedLimit(s: Subject): boolean {
    if (s.exchanges < 2 || !endedByServer(s)) return false
    return countedDown(s) || (this.#timers.requestsOf(s.server)?.ends(s.exchanges) ?? 0) > 0
  }

  /** What age ends connections between its client and its server; Infinity where none does. */
  maxAge(s: Subject): { readonly age: number; readonly atRequests: boolean } {
    return this.#ages.between(s.program, s.server)
  }

  /** It was ended at its maximum age. */
  aged(s: Subject): boolean {
    return this.#ages.of(s) !== null
  }

  /** Its last request met the server's close. */
  lost(s: Subject): boolean {
    return seenRace(s) !== null
  }

  /**
   * Idle nanoseconds after which a connection ended for a reason that no policy changes: its client does not pool, asked for the close,
   * was answered with one, somebody closed it for reasons of his own, or the captures that show it end before others begin. Infinity where a time-out, the limit or the maximum age
   * ended it, or nothing did.
   */
  endsAfter(s: Subject): number {
    const last = s.last
    if (last === null || this.lost(s) || this.reachedLimit(s) || this.aged(s)) return Infinity
    if (last.headers.requestKeepsAlive === false || last.headers.responseKeepsAlive === false || last.closeDelimited) return 0
    const end = endOf(s)
    if (end === null) {
      const over = unclosedOver(s)
      if (over === Infinity) return Infinity
      return s.inUseToTheEnd ? 0 : Math.max(0, over - (s.idleSince ?? s.lastAt))
    }
    const gap = s.idleSince === null || !last.answered ? 0 : end.at - s.idleSince
    if (gap <= promptWithin(s)) return 0
    const timeout = end.by === 'server' ? this.serverTimeout(s) : this.clientTimeout(s)
    const agrees = Math.abs(gap - timeout) <= tolerance(gap)
    const announced =
      end.by === 'server' && s.advertisedTimeout !== null && agreesWithAdvertised(gap, s.advertisedTimeout * SECOND)
    return agrees || announced ? Infinity : gap
  }
}

/** When a connection was over that nothing is seen to end; Infinity for the end of the last capture. */
export const unclosedOver = (s: Subject): number => Math.min(s.portsAgainAt ?? Infinity, s.unseenFrom ?? Infinity)

/** HTTP/2 announces its close (RFC 9113 §6.8). */
function endOf(s: Subject): { readonly by: 'client' | 'server'; readonly at: number } | null {
  if (s.goawayAt !== null && s.goawayAt <= (s.close?.at ?? Infinity)) return { by: 'server', at: s.goawayAt }
  return s.close
}

const agreesWithAdvertised = (gap: number, advertised: number): boolean =>
  gap >= advertised - tolerance(advertised) && gap <= advertised + Math.max(BUFFER, tolerance(advertised))
