/** A fresh connection's first window: 10 segments (RFC 6928) of the usual Ethernet payload. */
export const INITIAL_WINDOW = 10 * 1460

/**
 * Estimate of the round trips that a fresh congestion window adds to a response: the window doubles each round trip, so n
 * round trips carry (2^n − 1) initial windows. 0 for what fits the first window.
 */
export function slowStartRoundTrips(responseBytes: number): number {
  return responseBytes <= INITIAL_WINDOW ? 0 : Math.ceil(Math.log2(responseBytes / INITIAL_WINDOW + 1)) - 1
}

/**
 * The earlier connection's window counts as warm only within one retransmission time-out of its last use (RFC 5681 §4.1);
 * 200 ms over the round trip is the least that Linux uses.
 */
export const isWindowWarm = (idle: number, rtt: number | null): boolean => idle <= 0.2e9 + (rtt ?? 0)
