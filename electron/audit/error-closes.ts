/**
 * Connections that a server ends because of an error: it could not make sense of a request, or failed. That is no setting, and says
 * nothing of keep-alive.
 */
import { closeGap, promptWithin } from './idle'
import type { LastExchange, Subject } from './subjects'

/**
 * After these a server may close although it keeps connections otherwise: where a request ends is not known (400, 411, 413, 414, 431), or
 * the server is not fit to go on (500, 501, 503, 505). RFC 9112 §2.2 and §6.3, RFC 9110 §15.5.14, RFC 6585 §5. Each is here because a
 * common server does so, whatever its settings:
 *
 * - Apache httpd (`ap_status_drops_connection`): 400, 411, 413, 414, 500, 501, 503.
 * - nginx (`ngx_http_special_response_handler`): 400, 413, 414, 500, 501, where it makes the response itself; 505, where it does not read
 *   on behind the request line. It keeps connections after 411, 431 and 503.
 * - Node.js, where its parser gives up: 400, 431.
 *
 * Not 408: it ends an idle time (RFC 9110 §15.5.9).
 */
const DROPPING: readonly number[] = [400, 411, 413, 414, 431, 500, 501, 503, 505]
const dropping: ReadonlySet<number> = new Set(DROPPING)

/** The same for SQL: a response's status, as a condition. */
export const dropsConnection = (status: string): string => `coalesce(${status} IN (${DROPPING.join(', ')}), false)`

export const isDropping = ({ status }: LastExchange): boolean => status !== null && dropping.has(status)

/** The server ended it with its last response: it said so, or could not do otherwise, or closed at once. */
function isEndedWithResponse(s: Subject, last: LastExchange): boolean {
  if (last.headers.responseKeepsAlive === false || last.closeDelimited) return true
  const gap = closeGap(s)
  return s.close?.by === 'server' && last.answered && gap !== null && gap <= promptWithin(s)
}

/** What a server does after a response without an error: bits, since it may do both. */
const KEEPS = 1
const ENDS = 2

export class ErrorCloses {
  readonly #habits = new Map<number, number>()

  learn(s: Subject): void {
    const { last } = s
    if (last === null) return
    // Whatever carried a second request was kept after the first.
    const seen = s.exchanges > 1 ? KEEPS : isGood(last) ? (isEndedWithResponse(s, last) ? ENDS : KEEPS) : 0
    if (seen !== 0) this.#habits.set(s.server, (this.#habits.get(s.server) ?? 0) | seen)
  }

  /**
   * The error with which the server ended the connection, where nothing shows that it ends connections without one; null otherwise.
   * Of other errors than those that may end a connection it must be seen that the server keeps connections else. Whether the client
   * asked for the end is for the caller to look at: a request without a version that is known (HTTP/0.9) did not.
   */
  of(s: Subject): { readonly status: number; readonly keepsOthers: boolean } | null {
    const { last } = s
    const status = last?.status ?? 0
    if (last === null || status < 400 || status === 408 || !isEndedWithResponse(s, last)) return null
    const habit = this.#habits.get(s.server) ?? 0
    const keepsOthers = (habit & KEEPS) !== 0
    const told = (habit & ENDS) === 0 && (keepsOthers || isDropping(last))
    return told ? { status, keepsOthers } : null
  }
}

/** No error, and the client had not asked for the end. */
const isGood = ({ status, answered, headers }: LastExchange): boolean =>
  status !== null && status < 400 && answered && headers.requestKeepsAlive !== false
