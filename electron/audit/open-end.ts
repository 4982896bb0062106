/** When connections were over whose close was not seen. The ledger and the simulator ask the same. */

/**
 * When a connection was over, in nanoseconds. Where no close was seen: the moment its addresses and ports served another, or the end of the
 * captures that show it without a pause, since what is not known to have ended is open. QUIC's idle time-out ends a connection without a
 * packet (RFC 9000 §10.1): the last packet is all that shows.
 */
const over = (close: string, s: string, to: number): string => `coalesce(${close}, CASE
  WHEN ${s}.transport = 'quic' THEN coalesce(${s}.ports_again_at, ${s}.last_at)
  ELSE least(${s}.ports_again_at, greatest(${s}.last_at, coalesce(${s}.unseen_from, ${to}))) END)`

/**
 * No request could be sent on it any more: TLS may end before TCP does.
 *
 * @param s the name of a row of `subjects`
 * @param to the end of the last capture
 */
export const overAt = (s: string, to: number): string => over(`${s}.close_at`, s, to)

/** Its sockets and its client's port were given back, but for TIME_WAIT: TCP's own end, which may come long after that of TLS. */
export const socketsOverAt = (s: string, to: number): string => over(`${s}.tcp_close_at`, s, to)

/**
 * Its last exchange lasts until then: an upgraded connection and a tunnel are in use whatever their exchange looked like, and a response of
 * HTTP/1 that has not ended is still being waited for. Where packets of it are missing, its end may be among them.
 */
export const IN_USE_TO_THE_END = (
  s: string,
): string => `(${s}.transport <> 'har' AND (${s}.upgraded OR ${s}.application = 'tunnel'
  OR ${s}.application = 'http/1' AND NOT ${s}.last_complete AND NOT (${s}.truncated OR ${s}.has_gap OR ${s}.one_sided)))`
