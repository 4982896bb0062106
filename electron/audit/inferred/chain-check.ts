/** One comparison along a chain: does whoever sends requests give up an idle connection before whoever answers? */
import type { ChainCheck, ChainTimeout } from '../../../shared/model/timers'

/** What the answering side should hold on longer, in seconds: enough for a round trip and a busy scheduler. */
export const MARGIN = 1

type Compared = Pick<ChainCheck, 'client' | 'server' | 'marginSeconds' | 'marginBound' | 'state'>

/** Compares two neighbours. What is known only as "at least" decides where it can. */
export function compare(client: ChainTimeout | null, server: ChainTimeout | null): Compared {
  const nothing = { client, server, marginSeconds: null, marginBound: null, state: 'unknown' } as const
  if (client === null || server === null) return nothing
  const margin = Math.round((server.seconds - client.seconds) * 1e6) / 1e6
  const shared = { client, server, marginSeconds: margin }
  if (server.bound === 'at-least') {
    if (client.bound === 'at-least') return nothing
    return { ...shared, marginBound: 'at-least', state: margin >= MARGIN ? 'ok' : 'unknown' }
  }
  const exact = client.bound === 'exact'
  const bound = { marginBound: exact ? 'exact' : 'at-most' } as const
  // A client that still waited when the server closed was overtaken, if not by much: the server's closes are a little apart themselves.
  if (margin <= (exact ? 0 : Math.max(0.05, 0.01 * server.seconds))) return { ...shared, ...bound, state: 'wrong' }
  if (margin < MARGIN) return { ...shared, ...bound, state: 'tight' }
  // One that holds on for at least so long may hold on for longer than the server.
  return { ...shared, ...bound, state: exact ? 'ok' : 'unknown' }
}
