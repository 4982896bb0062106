/** The cost ledger in words. */
import type { AddedPerRequest, Cost, Ledger, PortUse, ServerLoad } from '../model/ledger'
import { EPHEMERAL_PORTS } from '../model/ledger'
import { formatCount, formatPercent, plural } from './numbers'
import { plain } from './plain'
import { formatDuration } from './times'

/** "25 · 510 ms": round trips and time. */
export const costText = ({ roundTrips, seconds }: Cost): string =>
  roundTrips === 0 && seconds === 0 ? '–' : `${formatCount(roundTrips)} · ${formatDuration(seconds)}`

/** What setup added to requests, as one sentence; null where there was no request. */
export function addedText({ requests, p50, p90, p99, max }: AddedPerRequest): string | null {
  if (requests === 0) return null
  const waited = (seconds: number): string => (seconds === 0 ? 'not at all' : `at most ${formatDuration(seconds)}`)
  return (
    `Of ${plural(requests, 'request')}, half waited for connection setup ${waited(p50)}, nine in ten ${waited(p90)}, ` +
    `99 in a hundred ${waited(p99)}, and the longest ${formatDuration(max)}.`
  )
}

/** "server 31, client 2": who closed first, most frequent first. */
export function closedFirstText({ closedFirst }: ServerLoad): string {
  const words: readonly (readonly [string, number])[] = [
    ['server', closedFirst.server],
    ['client', closedFirst.client],
    ['both at once', closedFirst.both],
    ['reset', closedFirst.reset],
    ['still open', closedFirst.open],
  ]
  const told = words.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1])
  return told.length === 0 ? '–' : told.map(([word, count]) => `${word} ${formatCount(count)}`).join(', ')
}

/** What a server's connections took, as one sentence. */
export function loadSentence(load: ServerLoad): string {
  const idle = load.openSeconds > 0 ? ` (${formatPercent(load.idleSeconds / load.openSeconds)} of the time they were open)` : ''
  const waiting = load.timeWaitPeak > 0 ? `; ${plural(load.timeWaitPeak, 'socket')} in TIME_WAIT at once` : ''
  return (
    `${plain(load.server)}: ${plural(load.connections, 'connection')}, ${formatCount(load.peakOpen)} open at once, idle for ` +
    `${formatDuration(load.idleSeconds)} in sum${idle}; closed first: ${closedFirstText(load)}${waiting}.`
  )
}

/** What a client's ports bear, as one sentence. */
export function portSentence(use: PortUse): string {
  const rate = use.sustainedShare > 0 ? `; at this rate ${formatPercent(use.sustainedShare)} would be taken` : ''
  return (
    `${plain(use.client)} to ${plain(use.server)}: ${plural(use.portsPeak, 'port')} of ${formatCount(EPHEMERAL_PORTS)} taken at once ` +
    `(${formatPercent(use.share)})${rate}. Linux keeps a port for 60 s where the client closes first.`
  )
}

/** Ports worth a word: a twentieth of the range taken, or to be taken at this rate. */
export const tellingPorts = (ledger: Ledger): readonly PortUse[] =>
  ledger.ports.filter(({ share, sustainedShare }) => Math.max(share, sustainedShare) >= 0.05)
