/** An entry's instants, from its start and its phases, in the order in which HAR 1.2 says they happen. */
import type { NetworkEntry } from './sort-out'

/** Milliseconds since 1970. */
export interface Instants {
  /** The connection's opening began; equal to `request` where none was opened. */
  readonly open: number
  /** First byte of the request. */
  readonly request: number
  readonly requestEnd: number
  /** First byte of the response; null where only the entry's whole time is known. */
  readonly response: number | null
  readonly complete: number
}

export function instantsOf({ started, timings, duration }: NetworkEntry): Instants {
  const open = started + (timings.blocked ?? 0) + (timings.dns ?? 0)
  // `ssl` is inside `connect` (HAR 1.2, timings).
  const request = open + (timings.connect ?? 0)
  const requestEnd = request + (timings.send ?? 0)
  if (timings.wait === null && timings.receive === null) {
    return { open, request, requestEnd, response: null, complete: Math.max(requestEnd, started + (duration ?? 0)) }
  }
  const response = requestEnd + (timings.wait ?? 0)
  return { open, request, requestEnd, response, complete: response + (timings.receive ?? 0) }
}
