/** Races to be expected. Definitions: docs/audit-model.md, "Races". */
import type { Confidence } from './timers'

/**
 * How often a request to an origin is expected to meet the server's close. A request is lost when it leaves the client less than one
 * round trip before the client would see the close: within one one-way delay of the time-out, on the way.
 */
export interface RacePrediction {
  readonly origin: string
  /** Address and port. */
  readonly server: string
  /** The server's idle time-out in seconds, and how it is known. */
  readonly timeoutSeconds: number
  readonly knownBy: 'observed' | 'advertised'
  /** Median of the connections' shortest round trips, in seconds: the way itself. */
  readonly rttSeconds: number
  /** Requests sent on a connection that was open already. */
  readonly reusedRequests: number
  /** Pauses of 50 ms and more before a request, those included that the server did not wait for. */
  readonly pauses: number
  /** Of these, so many within the window around the time-out that the estimate rests on, whose width is in seconds. */
  readonly near: number
  readonly windowSeconds: number
  /** Requests that were lost in this capture. */
  readonly seen: number
  /** An estimate. */
  readonly expectedPer10000: number
  /** What the sample makes of it: high from 1,000 requests and 30 pauses near the time-out, low below 100 or 10. Where none is near, how few are ruled out. */
  readonly confidence: Confidence
}

/** The same for one pool: a client's own pauses, and what it is expected to lose. */
export interface PoolRacePrediction extends RacePrediction {
  /** As verdicts number it (ConnectionVerdict.pool). */
  readonly pool: number
  /** The client's address. */
  readonly client: string
}
