import type { Subject } from './subjects'

const SECOND = 1e9
/** A close this soon after the response belongs to the response; later it ended an idle time. */
const PROMPT = 0.2 * SECOND

export const promptWithin = (s: Subject): number => Math.max(PROMPT, 2 * (s.rtt ?? 0))

/** Idle time before the connection's close, or null where it was not closed or never completed an exchange. */
export const closeGap = (s: Subject): number | null =>
  s.close === null || s.idleSince === null ? null : s.close.at - s.idleSince

/** Idle time before the server ended the connection, by GOAWAY or by closing it; null where it did not. */
export function serverGap(s: Subject): number | null {
  if (s.goawayAt !== null) return s.idleSince === null ? null : s.goawayAt - s.idleSince
  return s.close?.by === 'server' ? closeGap(s) : null
}

/** The client closed it right after its last response, though neither side had said that it would be closed. */
export function isDiscarded(s: Subject): boolean {
  const { close, last } = s
  if (close?.by !== 'client' || last?.answered !== true) return false
  if (last.headers.requestKeepsAlive === false || last.headers.responseKeepsAlive === false || last.closeDelimited) return false
  return close.at - (s.idleSince ?? close.at) <= promptWithin(s)
}
