/** What the walk knows of one connection that is open, and whether another that was opened had passed it by. */
import type { Previous } from './case'
import type { Subject } from './subjects'

/**
 * What a client takes from deciding to open a connection to its SYN: looking up a name, waiting for the processor. What became free within it
 * may not have been seen.
 */
export const DECIDES_WITHIN = 50e6

export interface Judged {
  readonly subject: Subject
  readonly verdict: 'first' | 'concurrency' | 'avoidable' | 'unknown-if-free'
  readonly neededWithHttp2: boolean
  /** For an avoidable connection: the one that was free most recently. */
  readonly previous: Previous | null
  /**
   * How long the latest free connection had been idle when this one was wanted, which is what keeping it would have had to bridge. One that was
   * opened ahead was wanted at its first request. 0 where none was free.
   */
  readonly gap: number
}

export interface Open {
  readonly subject: Subject
  busy: number
  done: number
  freeSince: number
  verdict: Judged['verdict']
  neededWithHttp2: boolean
  previous: Previous | null
  gap: number
  /** It can carry requests: its setup is over. */
  ready: boolean
  /** It is counted among the idle ones of the pool, and linked with its neighbours in the order in which they became so. */
  idle: boolean
  idleBefore: Open | null
  idleAfter: Open | null
  /** Those that were opened a moment ago, while this was the latest free one; null for none. */
  passedBy: Open[] | null
  /** Its first request went out while another of the pool was idle. */
  besideIdle: boolean
  /** How many others were idle when the client gave it up right after its last response; null otherwise, or while open. */
  discardedBeside: number | null
}

/** A free one that is used again may turn out to have been taken already when another was opened. */
export function passBy(free: Open, opened: Open, now: number): void {
  if (free.done >= free.subject.exchanges) return
  free.passedBy ??= []
  while (free.passedBy.length > 0 && free.passedBy[0]!.subject.demandAt <= now - DECIDES_WITHIN) free.passedBy.shift()
  free.passedBy.push(opened)
}

/** What was opened a moment before had not passed it by: it was about to be taken for another request, made together with theirs. */
export function takenAfterAll(free: Open, now: number): void {
  for (const { subject, previous } of free.passedBy ?? [])
    if (previous?.knownFree === true && subject.demandAt > now - DECIDES_WITHIN) {
      previous.knownFree = false
      previous.usedAfter = now - subject.demandAt
    }
  free.passedBy = null
}

/** Nothing has announced its end. */
export function isUsable({ done, subject: { exchanges, last, goawayAt } }: Open, now: number): boolean {
  if (goawayAt !== null && goawayAt <= now) return false
  const { requestKeepsAlive, responseKeepsAlive } = last?.headers ?? {}
  return done < exchanges || (requestKeepsAlive !== false && responseKeepsAlive !== false && last?.closeDelimited !== true)
}
