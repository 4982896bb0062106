/** The cost ledger in words. */
import type { AddedPerRequest, Cost, EncryptedCosts, Ledger, PortUse, ServerLoad } from '../model/ledger'
import { EPHEMERAL_PORTS } from '../model/ledger'
import { formatCount, formatPercent, plural } from './numbers'
import { plain } from './plain'
import { formatDuration, formatMeasured } from './times'

/** "25 · 510 ms": round trips and time. */
export const costText = ({ roundTrips, seconds }: Cost): string =>
  roundTrips === 0 && seconds === 0 ? '–' : `${formatCount(roundTrips)} · ${formatMeasured(seconds)}`

/** The same of estimated slow start: without a known round trip it has no price. */
export const slowStartText = (cost: Cost): string =>
  cost.roundTrips > 0 && cost.seconds === 0 ? `${formatCount(cost.roundTrips)} · –` : costText(cost)

/** What setup added to requests, as one sentence; null where there was no request. */
export function addedText({ requests, p50, p90, p99, max }: AddedPerRequest): string | null {
  if (requests === 0) return null
  const waited = (seconds: number | null): string => (seconds === 0 ? 'not at all' : `at most ${formatDuration(seconds)}`)
  return (
    `Of ${plural(requests, 'request')}, half waited for connection setup ${waited(p50)}, nine in ten ${waited(p90)}, ` +
    `99 in a hundred ${waited(p99)}, and the longest ${formatDuration(max)}.`
  )
}

/** The same where encryption keeps the requests from being seen; a sentence. */
export const ADDED_UNKNOWN =
  'What setup made requests wait is not known: no request could be read. With a key log that has their secrets (SSLKEYLOGFILE) they can.'

/** What setting up the encrypted connections took, as one sentence: it shows without keys. */
export function encryptedCostText({ connections, tcp, tls }: EncryptedCosts): string {
  const parts = [`TCP ${costText(tcp)}`, `TLS ${costText(tls)}`]
  return `Encrypted, not judged: setting up ${plural(connections, 'connection')} took ${plural(tcp.roundTrips + tls.roundTrips, 'round trip')} and ${formatDuration(tcp.seconds + tls.seconds)} (${parts.join(', ')}). In none of the other numbers.`
}

/** The share of the time connections were open in which they were idle, of those whose requests could be read; null where none could. */
export function idleShare({ openSeconds, idleSeconds, unread }: ServerLoad): number | null {
  const known = openSeconds - (unread?.openSeconds ?? 0)
  return idleSeconds === null || known <= 0 ? null : Math.min(1, idleSeconds / known)
}

/** Is there a setup to tell of? */
export const holdsCosts = ({ total }: Ledger): boolean => total.connections > 0 || total.encrypted !== undefined

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
  const waiting = load.timeWaitPeak > 0 ? `; ${plural(load.timeWaitPeak, 'socket')} in TIME_WAIT at once` : ''
  return (
    `${plain(load.server)}${load.transport === 'quic' ? ' (QUIC)' : ''}: ${plural(load.connections, 'connection')}, ${formatCount(load.peakOpen)} open at once, ` +
    `${idleText(load)}; closed first: ${closedFirstText(load)}${waiting}.`
  )
}

function idleText(load: ServerLoad): string {
  const { openSeconds, idleSeconds, unread } = load
  const open = `open for ${formatDuration(openSeconds)} in sum`
  if (idleSeconds === null) return `${open}, for how much of it idle is not known: no request on them could be read`
  const share = idleShare(load)
  const of = share === null ? '' : ` (${formatPercent(share)} of the time they were open)`
  const others =
    unread === undefined ? '' : `, without ${plural(unread.connections, 'connection')} whose requests could not be read`
  return `idle for ${formatDuration(idleSeconds)} in sum${of}${others}`
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
