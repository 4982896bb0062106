/** What the traffic reveals of the settings behind it: each server's and client's idle time-out, and each server's request limit. */
import type { Store } from '../../store/store'
import { closeGap, promptWithin } from '../idle'
import { seenRace } from '../races'
import type { Subject } from '../subjects'
import { learn } from '../judge'
import type { Timers } from '../timers'
import { endedByServer } from '../timers'
import { tolerance } from '../tolerance'

const SECOND = 1e9
/** Servers may hold on for a second beyond what they advertise (Node.js' keepAliveTimeoutBuffer). */
const BUFFER = 1.2 * SECOND

export class Revealed {
  readonly #timers: Timers
  readonly #limits = new Map<number, number>()
  /** The advertised time-out, or the idle time that closed a connection in its stead. */
  readonly #advertised = new Map<number, number>()

  private constructor(timers: Timers) {
    this.#timers = timers
  }

  static async from(store: Store, checkpoint: () => void): Promise<Revealed> {
    const { timers, passes } = await learn(store, checkpoint)
    const revealed = new Revealed(timers)
    for await (const subjects of passes.pass()) {
      checkpoint()
      for (const s of subjects) {
        if (s.exchanges === 0) continue
        revealed.#learnAdvertised(s)
        revealed.#learnLimits(s)
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

  #learnLimits(s: Subject): void {
    if (this.reachedLimit(s)) this.#limits.set(s.server, Math.max(s.exchanges, this.#limits.get(s.server) ?? 0))
  }

  /** Nanoseconds; Infinity where the traffic shows none. */
  serverTimeout(s: Subject): number {
    return this.#timers.timeoutOf('server', s) ?? this.#advertised.get(s.server) ?? Infinity
  }

  clientTimeout(s: Subject): number {
    return this.#timers.timeoutOf('client', s) ?? Infinity
  }

  requestLimit(s: Subject): number {
    return this.#limits.get(s.server) ?? Infinity
  }

  /** The server ended it at its request limit. */
  reachedLimit(s: Subject): boolean {
    const gap = closeGap(s)
    if (s.exchanges < 2 || !endedByServer(s, gap !== null && gap > promptWithin(s))) return false
    // Apache's max counts the requests that may follow; others name the total.
    if (s.lowestMax !== null && (s.lowestMax <= 1 || s.firstMax === s.exchanges || s.firstMax === s.exchanges - 1)) return true
    return this.#timers.endsAtLimit(s) > 0
  }

  /** Its last request met the server's close. */
  lost(s: Subject): boolean {
    return seenRace(s) !== null
  }

  /**
   * Idle nanoseconds after which a connection ended for a reason that no policy changes: its client does not pool, asked for the close,
   * was answered with one, or somebody closed it for reasons of his own. Infinity where a time-out or the limit ended it, or nothing did.
   */
  endsAfter(s: Subject): number {
    const last = s.last
    if (last === null || this.lost(s) || this.reachedLimit(s)) return Infinity
    if (last.headers.requestKeepsAlive === false || last.headers.responseKeepsAlive === false || last.closeDelimited) return 0
    const end = endOf(s)
    if (end === null) return s.portsAgainAt === null ? Infinity : Math.max(0, s.portsAgainAt - (s.idleSince ?? s.lastAt))
    const gap = s.idleSince === null || !last.answered ? 0 : end.at - s.idleSince
    if (gap <= promptWithin(s)) return 0
    const timeout = end.by === 'server' ? this.serverTimeout(s) : this.clientTimeout(s)
    const agrees = Math.abs(gap - timeout) <= tolerance(gap)
    const announced =
      end.by === 'server' && s.advertisedTimeout !== null && agreesWithAdvertised(gap, s.advertisedTimeout * SECOND)
    return agrees || announced ? Infinity : gap
  }
}

/** HTTP/2 announces its close (RFC 9113 §6.8). */
function endOf(s: Subject): { readonly by: 'client' | 'server'; readonly at: number } | null {
  if (s.goawayAt !== null && s.goawayAt <= (s.close?.at ?? Infinity)) return { by: 'server', at: s.goawayAt }
  return s.close
}

const agreesWithAdvertised = (gap: number, advertised: number): boolean =>
  gap >= advertised - tolerance(advertised) && gap <= advertised + Math.max(BUFFER, tolerance(advertised))
