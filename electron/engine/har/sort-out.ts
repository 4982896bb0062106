/** Which entries are exchanges on a connection, and which are not and why. */
import type { HarEntry } from './entry'

/** An entry that used a connection: it has a time. */
export type NetworkEntry = HarEntry & { readonly started: number }

export const REASONS = ['invalid', 'websocket', 'not-http', 'tunnel', 'from-cache', 'no-response'] as const
export type Reason = (typeof REASONS)[number]

export interface Sorted {
  readonly network: readonly NetworkEntry[]
  readonly left: Readonly<Record<Reason, number>>
}

export function sortOut(entries: readonly HarEntry[]): Sorted {
  const left: Record<Reason, number> = { invalid: 0, websocket: 0, 'not-http': 0, tunnel: 0, 'from-cache': 0, 'no-response': 0 }
  const network: NetworkEntry[] = []
  const says = entries.some(hasNetworkTraces)
  for (const entry of entries) {
    const reason = reasonToLeaveOut(entry, says)
    if (reason === null) network.push(entry as NetworkEntry)
    else left[reason] += 1
  }
  return { network, left }
}

function reasonToLeaveOut(entry: HarEntry, exporterShowsTraces: boolean): Reason | null {
  const { scheme } = entry.target
  if (entry.webSocket) return 'websocket'
  if (scheme !== null && scheme !== 'http' && scheme !== 'https') return 'not-http'
  if (entry.method.toUpperCase() === 'CONNECT') return 'tunnel'
  if (entry.fromCache) return 'from-cache'
  if (entry.status === 0) return 'no-response'
  if (entry.started === null) return 'invalid'
  // Firefox and Chrome before 2019 do not flag what came from the cache: no version, address or connection is all there is.
  if (exporterShowsTraces && !hasNetworkTraces(entry)) return 'from-cache'
  if (scheme === null && entry.connectionId === null && entry.target.authority === null) return 'invalid'
  return null
}

/** Something only a connection can have given. */
function hasNetworkTraces(entry: HarEntry): boolean {
  const { connect } = entry.timings
  return entry.request.version !== '' || entry.serverIp !== '' || entry.connectionId !== null || (connect !== null && connect > 0)
}
