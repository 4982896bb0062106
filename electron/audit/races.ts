import type { Race } from '../../shared/model/audit'
import type { Subject } from './subjects'
import { promptWithin } from './idle'
import { lostPath } from './lost-path'

/**
 * A keep-alive race: the last request went out on an idle connection, and the server had sent its close before the request
 * reached it; or the request was answered by RST. No response came.
 */
export function seenRace(s: Subject): Race | null {
  const last = s.last
  if (last === null || s.exchanges < 2 || last.status !== null || last.requestAt === null || last.previousCompleteAt === null)
    return null
  const idle = last.requestAt - last.previousCompleteAt
  if (lostPath(s) !== null) return null
  if (idle < promptWithin(s)) return null
  // The server's FIN was on its way if it was seen before an answer to the request could have been.
  const before = last.requestAt + s.serverWay * 0.95
  const finCrossed = s.serverEndAt !== null && s.serverEndAt >= last.previousCompleteAt && s.serverEndAt <= before
  const refused =
    s.reset !== null &&
    s.reset.by === 'server' &&
    s.reset.at >= last.requestAt &&
    s.reset.at <= last.requestAt + s.serverDelay * 1.5 + 5e6
  if (!finCrossed && !refused) return null
  const packets = [last.requestPacket, finCrossed ? s.serverEndPacket : null, s.reset?.packet ?? null].filter(
    (p): p is number => p !== null && p > 0,
  )
  const seconds = (idle / 1e9).toFixed(2)
  return {
    connection: s.id,
    kind: 'seen',
    text: finCrossed
      ? `After ${seconds} s of idle time the client sent a request while the server's close was in flight; it got no response.`
      : `After ${seconds} s of idle time the client's request was answered by a reset.`,
    packets,
  }
}
