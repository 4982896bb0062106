/**
 * The idle times after which one side closed its connections, and the time-out they show. The one inference of idle time-outs: causes, the
 * list of timers and the simulator all ask it.
 */
import type { Confidence } from '../../../shared/model/timers'
import type { Cluster, Sample } from './cluster'
import { largestCluster } from './cluster'

/** Closes looked at; more of the same would not change the middle. */
const MOST = 5000
/** A server may hold on longer than it advertises: Node.js adds a second of its own. */
const ADVERTISED_MARGIN = { below: 0.2e9, above: 1.2e9 }

/** The closes that agree. */
export interface IdleTimeout extends Cluster {
  /** Closes looked at. */
  readonly of: number
  /** It was advertised, too. */
  readonly announced: boolean
}

/** A close, and who was at the other end: a server, or a client's program, by its number. */
interface Closed extends Sample {
  readonly other: number
}

export class IdleCloses {
  readonly #samples: Closed[] = []
  readonly #announcements = new Map<number, number>()
  #found: IdleTimeout | null | undefined

  /** Durations and instants in nanoseconds. */
  add(gap: number, at: number, connection: number, other: number): void {
    if (this.#samples.length < MOST) this.#samples.push({ value: gap, at, connection, other })
  }

  /** What several programs' closes say together; given `other`, those of connections with it alone. */
  static of(programs: readonly IdleCloses[], other: number | null): IdleCloses {
    const all = new IdleCloses()
    for (const program of programs)
      for (const sample of program.#samples)
        if ((other === null || sample.other === other) && all.#samples.length < MOST) all.#samples.push(sample)
    return all
  }

  /** A connection's server announced a time-out, in seconds. */
  announced(seconds: number): void {
    if (this.#announcements.size < 100 || this.#announcements.has(seconds))
      this.#announcements.set(seconds, (this.#announcements.get(seconds) ?? 0) + 1)
  }

  /** What was announced most often, in seconds. */
  get advertised(): number | null {
    let [best, most] = [null as number | null, 0]
    for (const [seconds, count] of this.#announcements)
      if (count > most || (count === most && best !== null && seconds < best)) [best, most] = [seconds, count]
    return best
  }

  /** Asked only when everything was learned; null where the closes show none. */
  get timeout(): IdleTimeout | null {
    return (this.#found ??= this.#find())
  }

  #find(): IdleTimeout | null {
    const samples = this.#samples.sort((a, b) => a.value - b.value || a.connection - b.connection)
    const cluster = largestCluster(samples)
    if (cluster === null) return null
    const { advertised } = this
    const announced =
      advertised !== null &&
      cluster.value >= advertised * 1e9 - ADVERTISED_MARGIN.below &&
      cluster.value <= advertised * 1e9 + ADVERTISED_MARGIN.above
    return isTimer(cluster, samples.length, announced) ? { ...cluster, of: samples.length, announced } : null
  }
}

/** Must the cluster be a timer? */
function isTimer({ value, from, to, samples, instants }: Cluster, closes: number, announced: boolean): boolean {
  // Connections that are closed at one moment agree without a timer: the program ended.
  if (!announced && (samples < 2 || instants < 2)) return false
  // Two that are merely alike need not be a timer's; a timer's agree closely.
  if (!announced && samples < 4 && to - from > Math.max(0.1e9, value * 0.02)) return false
  return samples / closes >= 0.25
}

/** How sure it is. @param survived the longest idle time after which that side had not closed */
export function confidenceIn({ value, to, samples, instants, of }: IdleTimeout, survived: number): Confidence {
  const contradicted = survived > to + Math.max(0.2e9, value * 0.05)
  if (contradicted || samples / of < 0.5) return 'low'
  return samples >= 5 && instants >= 3 ? 'high' : 'medium'
}
