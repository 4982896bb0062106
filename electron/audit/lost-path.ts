import type { Subject } from './subjects'

/** Middleboxes forget idle connections after minutes, seldom sooner; a server that closes says so. */
export const LEAST_IDLE = 30e9
/** Time for the request to be sent again: the least retransmission time-out, and once more with twice the wait (RFC 6298). */
export const SILENCE = 0.5e9

export interface LostPath {
  /** Idle time before the request, in nanoseconds. */
  readonly idle: number
  readonly how: 'reset' | 'silence'
  readonly packets: readonly number[]
}

/**
 * Something on the way forgot the connection: after a long idle time the last request was answered by RST, or by nothing at all
 * though it was sent again and again; and the server had not closed.
 */
export function lostPath(s: Subject): LostPath | null {
  const { last } = s
  if (last?.status !== null || last.requestAt === null || last.previousCompleteAt === null) return null
  const idle = last.requestAt - last.previousCompleteAt
  if (idle < LEAST_IDLE || s.serverEndAt !== null) return null
  const packets = (...of: readonly (number | null | undefined)[]): number[] => of.filter((p): p is number => (p ?? 0) > 0)
  if (s.reset?.by === 'server' && s.reset.at >= last.requestAt)
    return { idle, how: 'reset', packets: packets(last.requestPacket, s.reset.packet) }
  if (s.lastResent < 2 || s.lastAt - last.requestAt < SILENCE || s.hasGap) return null
  return { idle, how: 'silence', packets: packets(last.requestPacket, s.close?.packet) }
}
