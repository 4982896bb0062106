import { plural as count } from '../../shared/format'
import type { Quality } from '../../shared/model/audit'
import type { CaptureFact } from '../../shared/model/facts'
import type { HarJoin } from './har/join'
import type { Sums } from './totals'

/** Says which numbers rest on an assumption, and what was left out. */
export function notesOf(
  captures: readonly CaptureFact[],
  sums: Sums,
  quality: Quality,
  joined: HarJoin | null = null,
): readonly string[] {
  const notes: string[] = []
  const { connections, exchanges } = sums.leftOut
  if (connections > 0) {
    notes.push(
      `The reuse ratio leaves out ${count(connections, 'connection')} with ${count(exchanges, 'exchange')}: they began before the capture, or packets of them are missing.`,
    )
  }
  if (sums.tunnels.all > 0) notes.push(tunnelNote(sums.tunnels))
  if (quality.estimated > 0) {
    notes.push(
      `A HAR without connection ids: ${count(quality.estimated, 'connection is', 'connections are')} inferred from connect timings, an estimate.`,
    )
  }
  notes.push(...joinNotes(joined))
  if (captures.some((c) => c.format === 'har')) {
    notes.push('A HAR shows neither packets nor closes, nor connections without a request: causes that need them stay unknown.')
  }
  if (sums.assumed) {
    notes.push(
      'Round trips are an estimate: a HAR does not show them. One is counted for TCP, and for TLS the least that it takes (one; two in TLS 1.2 where the version is told).',
    )
  }
  if (sums.totals.slowStartRoundTripsEstimate > 0) {
    notes.push(
      'Slow-start round trips are an estimate from an initial window of 10 segments; they are not part of the wasted round trips.',
    )
  }
  if (sums.outerNames > 0) {
    notes.push(
      `${count(sums.outerNames, 'encrypted connection has a server name', 'encrypted connections have server names')} that may stand for another: the client offered Encrypted ClientHello, which hides the real one; many browsers send it also where it hides nothing.`,
    )
  }
  if (sums.originsLeftOut > 0)
    notes.push(`${count(sums.originsLeftOut, 'further origin')} with less waste are counted in the totals but not listed.`)
  return notes
}

/** What was done where a HAR and a capture show the same traffic. */
function joinNotes(joined: HarJoin | null): readonly string[] {
  if (joined === null) return []
  const notes: string[] = []
  const { seenTwice, filled, requests, unassigned } = joined
  if (seenTwice > 0)
    notes.push(`${count(seenTwice, 'request')} of the HAR are in the capture, too, and are counted once, from the packets.`)
  if (filled > 0) {
    notes.push(
      `${count(filled, 'encrypted connection')} got ${count(requests, 'request')} from the HAR: the connection numbers there were matched with the capture by server, time and size.`,
    )
  }
  if (unassigned) {
    notes.push(
      'The HAR does not tell its connections apart, so its requests could not be put on the encrypted connections of the capture: the connections of both are listed, and counted twice.',
    )
  }
  return notes
}

/** Each tunnel puts one exchange into the ratio that could not be reused, or whose follower could not. */
function tunnelNote({ all, read }: Sums['tunnels']): string {
  const inside =
    read === 0
      ? 'what runs inside cannot be read and counts for nothing'
      : `in ${count(read, 'tunnel')} the first request inside had to wait for it and is not counted as reused`
  return `${count(all, 'connection opens a tunnel', 'connections open tunnels')} with CONNECT. Each CONNECT counts as an exchange, and ${inside}: the reuse ratio is lower than the servers at the other end see it.`
}
