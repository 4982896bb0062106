/**
 * Demand: what the clients wanted and when, in typed arrays, so that replaying it under another policy is one quick pass. Instants
 * and durations are nanoseconds, as everywhere in the audit. Chains are the observed connections, by their place in these arrays.
 */

/** The client opened a connection for this one. */
export const FIRST = 1
/** The last exchange of its chain: the chain's own end follows it. */
export const LAST = 2
/** A connection opened ahead of any request: it only has to be there. */
export const AHEAD = 4
/** The client opened a new connection though one stood idle: it does so under any policy. */
export const FORCED = 8
/** The connection was there before the capture: it is used, and not counted as opened. */
export const GIVEN = 16

/** The capture's first and last instant. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Demand extends Span {
  /** Exchanges, without what {@link AHEAD} stands for. */
  readonly requests: number

  // One a request, pool by pool, each pool in the order of time.
  readonly at: Float64Array
  readonly service: Float64Array
  readonly chain: Int32Array
  readonly flags: Uint8Array

  // One a chain.
  readonly setup: Float64Array
  /** From the SYN to the first request: what opening a connection kept the client waiting. At least the setup, where that was seen. */
  readonly lead: Float64Array
  readonly setupRoundTrips: Float64Array
  /** Idle time after which the chain's connection ends for reasons of its own, that no policy changes; Infinity where there are none. */
  readonly endsAfter: Float64Array
  readonly tls: Uint8Array
  readonly rtt: Float64Array

  readonly pools: readonly PoolDemand[]
}

/** How a chain's TLS was set up; what resuming or not resuming would change. */
export const TLS_NONE = 0
export const TLS12_FULL = 1
export const TLS12_RESUMED = 2
export const TLS13 = 3
export const TLS13_EARLY = 4

export interface PoolDemand {
  /** Its part of the arrays. */
  readonly start: number
  readonly end: number
  readonly server: number
  readonly client: number
  /** Connections with exchanges that were opened in the capture. */
  readonly opened: number
  /** HTTP/2 or HTTP/3. */
  readonly multiplexed: boolean
  /** Requests that a multiplexed connection carries at once. */
  readonly streams: number
  /** Idle time-outs and limit as the traffic shows them, Infinity where it shows none. */
  readonly serverTimeout: number
  readonly clientTimeout: number
  readonly requestLimit: number
  /** Age from which a connection takes no request, or, `agesAtRequests`, the first request is its last; Infinity where the traffic shows none. */
  readonly maxAge: number
  readonly agesAtRequests: boolean
  /** From the capture's place to the server and back: a request sent this long before the time-out meets the close. */
  readonly serverDelay: number
  /** A chain with the pool's typical setup; -1 where no setup was seen. */
  readonly typical: number
  /** The client takes the connection that has been idle longest; else the one used last. Found by {@link calibrate}. */
  oldestFirst: boolean
}
