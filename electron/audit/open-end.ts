/** When connections were over whose close was not seen. The ledger and the simulator ask the same. */

/**
 * A connection's close, in nanoseconds; without one the moment its addresses and ports served another, else the capture's end: what is
 * not known to have ended is open. QUIC's idle time-out ends a connection without a packet (RFC 9000 §10.1): the last packet is all that shows.
 *
 * @param s the name of a row of `subjects`
 * @param to the capture's end
 */
export const overAt = (s: string, to: number): string => `coalesce(${s}.close_at, ${s}.ports_again_at,
  CASE WHEN ${s}.transport = 'quic' THEN ${s}.last_at ELSE greatest(${s}.last_at, ${to}) END)`

/**
 * Its last exchange lasts until then: an upgraded connection and a tunnel are in use whatever their exchange looked like, and a response of
 * HTTP/1 that has not ended is still being waited for. Where packets of it are missing, its end may be among them.
 */
export const IN_USE_TO_THE_END = (
  s: string,
): string => `(${s}.transport <> 'har' AND (${s}.upgraded OR ${s}.application = 'tunnel'
  OR ${s}.application = 'http/1' AND NOT ${s}.last_complete AND NOT (${s}.truncated OR ${s}.has_gap OR ${s}.one_sided)))`
