/** What the rules of causes are given, and what they answer. */
import type { Cause, Evidence } from '../../shared/model/audit'
import type { Ages } from './ages'
import type { Credentials } from './credentials'
import type { Drains } from './drains'
import type { ErrorCloses } from './error-closes'
import type { PoolUse } from './pool-use'
import type { LastExchange, Subject } from './subjects'
import type { Timers } from './timers'

/** P as it was at the moment of demand. */
export interface Previous {
  readonly subject: Subject
  /** When it had become free. */
  readonly freeSince: number
  /** Exchanges it had carried. */
  readonly done: number
  /** HTTP/2 and HTTP/3: exchanges in flight on it beside which the request would have had room; 0 where it was idle. */
  readonly inFlight: number
  /**
   * It, or another of the pool, had been free for so long that the client must have known when it decided to open one. What became free a moment
   * before may have come too late for that, and what is used a moment later was already taken. Complete a moment after the demand.
   */
  knownFree: boolean
  /** How long after the demand it was used, where that alone makes it unknown; null otherwise. */
  usedAfter: number | null
  /** It, or another of the pool that was idle, is like the new one: both carried credentials, or neither did. */
  readonly alikeIdle: boolean
  /** How many others of the pool were idle when the client gave it up right after its last response; null where it did not. */
  readonly discardedBeside: number | null
  /** How the client keeps idle connections in this pool; complete once the pool was walked. */
  readonly use: PoolUse
}

/** What the whole capture says of its servers and clients. */
export interface Habits {
  readonly timers: Timers
  readonly ages: Ages
  readonly drains: Drains
  readonly errorCloses: ErrorCloses
  readonly credentials: Credentials
}

export interface Explained {
  readonly cause: Cause
  readonly evidence: Evidence
}

export interface Case {
  readonly p: Subject
  /** The connection that was opened. */
  readonly next: Subject
  readonly last: LastExchange
  readonly previous: Previous
  readonly demandAt: number
  /** A client that closes one while it sets up the next did not overlook it: its FIN may follow the next one's SYN. */
  readonly givenUpBy: number
  readonly timers: Timers
  readonly habits: Habits
  /** Idle time before P's close. */
  readonly gap: number | null
  /** P's close ended an idle time rather than belonging to its last response. */
  readonly idle: boolean
  /** What every evidence carries. */
  readonly base: Omit<Evidence, 'text'>
}

/** Packets to look at, where there are any. */
export const list = (...packets: readonly (number | null | undefined)[]): number[] =>
  packets.filter((p): p is number => typeof p === 'number' && p > 0)

/** A duration for a sentence: "75 s", "0.35 s", "12 ms", "350 µs". */
export function seconds(duration: number): string {
  const s = duration / 1e9
  if (s >= 0.1) return `${s >= 100 ? s.toFixed(0) : s >= 10 ? s.toFixed(1) : s.toFixed(2)} s`
  if (duration >= 1e6) return `${Number((duration / 1e6).toFixed(duration >= 1e7 ? 0 : 1))} ms`
  return duration < 1e3 ? 'less than 1 µs' : `${(duration / 1e3).toFixed(0)} µs`
}
