/** What opening a connection takes, with TLS sessions resumed or not. */
import type { Policy } from '../../../shared/model/simulation'
import type { Demand } from './demand'
import { TLS12_FULL, TLS12_RESUMED, TLS13_EARLY } from './demand'

/** By chain: nanoseconds and round trips. */
export interface Setup {
  readonly time: Float64Array
  /** From the SYN to the first request. */
  readonly lead: Float64Array
  readonly roundTrips: Float64Array
}

export interface Setups {
  /** Of a pool's first connection, which has no session to resume. */
  readonly first: Setup
  readonly later: Setup
}

/**
 * Resuming saves TLS 1.2 one round trip (RFC 5246 §7.3). A TLS 1.3 handshake takes one either way (RFC 8446 §2); only early data saves it,
 * and that is not assumed where it was not seen.
 */
export function setupsOf(demand: Demand, resumption: Policy['tlsResumption']): Setups {
  const observed: Setup = { time: demand.setup, lead: demand.lead, roundTrips: demand.setupRoundTrips }
  if (resumption === 'as-captured') return { first: observed, later: observed }
  const full = changed(demand, (tls) => (tls === TLS12_RESUMED || tls === TLS13_EARLY ? 1 : 0))
  if (resumption === 'off') return { first: full, later: full }
  return { first: full, later: changed(demand, (tls) => (tls === TLS12_FULL ? -1 : 0)) }
}

/** @param trips how many more round trips a set-up of that kind would have taken */
function changed(demand: Demand, trips: (tls: number) => number): Setup {
  const time = demand.setup.slice()
  const lead = demand.lead.slice()
  const roundTrips = demand.setupRoundTrips.slice()
  for (let i = 0; i < time.length; i++) {
    const more = trips(demand.tls[i]!)
    if (more === 0) continue
    roundTrips[i] = roundTrips[i]! + more
    time[i] = Math.max(0, time[i]! + more * demand.rtt[i]!)
    lead[i] = Math.max(0, lead[i]! + more * demand.rtt[i]!)
  }
  return { time, lead, roundTrips }
}
