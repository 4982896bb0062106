/** The sentences that text, Markdown and HTML reports share. Plain text: each writer escapes for itself. */
import {
  causeDescription,
  causeLabel,
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  plain,
  plural,
} from '../../shared/format'
import {
  CAUSES,
  type AuditSummary,
  type Cause,
  type Impact,
  type OriginTotals,
  type Race,
  type Totals,
} from '../../shared/model/audit'
import type { CaptureFact, Diagnostic } from '../../shared/model/facts'

export type Grade = 'good' | 'mixed' | 'bad' | 'unknown'

export interface Headline {
  readonly grade: Grade
  readonly title: string
  readonly detail: string
}

const judged = (totals: Totals): number => totals.needed + totals.avoidable

/** The verdict in a sentence, with the numbers behind it. */
export function headline({ totals }: AuditSummary): Headline {
  const all = judged(totals)
  if (totals.connections === 0) {
    return {
      grade: 'unknown',
      title: 'No connections were found',
      detail: 'The input holds no TCP connection and no HTTP exchange.',
    }
  }
  if (all === 0) {
    const detail = `${plural(totals.connections, 'connection was', 'connections were')} seen, and none shows enough to be judged.`
    return { grade: 'unknown', title: 'Nothing could be judged', detail }
  }
  if (totals.avoidable === 0) {
    return { grade: 'good', title: 'No handshake was avoidable', detail: `${subject(all)} needed. ${reuse(totals)}`.trimEnd() }
  }
  const share = totals.avoidable / all
  const detail =
    `${formatCount(totals.avoidable)} of ${plural(all, 'connection')} could have been avoided by keeping earlier ones open. ` +
    `${totals.avoidable === 1 ? 'That' : 'They'} cost ${plural(totals.wastedRoundTrips, 'round trip')} and ${formatDuration(totals.wastedSeconds)} of waiting. ${reuse(totals)}`.trimEnd()
  if (share >= 0.5) return { grade: 'bad', title: 'Most handshakes were avoidable', detail }
  if (share >= 0.1) return { grade: 'mixed', title: `${formatPercent(share)} of handshakes were avoidable`, detail }
  return { grade: 'good', title: 'Few handshakes were avoidable', detail }
}

function subject(count: number): string {
  return count === 1
    ? 'The one connection that could be judged was'
    : `All ${formatCount(count)} connections that could be judged were`
}

function reuse(totals: Totals): string {
  if (totals.reuseRatio === null) return ''
  if (totals.reusedExchanges === 0) return 'No request went over a connection that was already open.'
  // Connections that would falsify the ratio are left out of it, and then it is not one of all requests.
  const whole = Math.abs(totals.reusedExchanges / totals.exchanges - totals.reuseRatio) < 1e-9
  const of = whole ? plural(totals.exchanges, 'request') : 'the requests that can be judged'
  return `${formatPercent(totals.reuseRatio)} of ${of} went over a connection that was already open.`
}

/** What the numbers mean to somebody who does not read packets. */
export function meaning(summary: AuditSummary): readonly string[] {
  const { totals, rttSeconds } = summary
  const lines: string[] = []
  if (rttSeconds !== null) {
    const trip = `A round trip between client and server takes ${formatDuration(rttSeconds)} here (median of the TCP handshakes).`
    lines.push(`${trip} Every new connection costs at least one before the first request can leave; TLS adds more.`)
  }
  if (totals.avoidable > 0) {
    lines.push(
      `With every connection kept open, ${plural(totals.needed, 'connection')} would have carried the traffic that took ` +
        `${formatCount(judged(totals))}. Setting up the other ${formatCount(totals.avoidable)} took ` +
        `${formatDuration(totals.wastedSeconds)}, added up over all of them; where they run side by side, users wait less than the sum.`,
    )
  }
  if (totals.neededWithHttp2 < totals.needed) {
    const saved = formatCount(totals.needed - totals.neededWithHttp2)
    lines.push(`HTTP/2 would have needed ${saved} fewer still, since it carries parallel requests over one connection.`)
  }
  if (totals.slowStartRoundTripsEstimate > 0) {
    lines.push(
      `New connections also start slowly: an estimated ${plural(Math.round(totals.slowStartRoundTripsEstimate), 'further round trip')} ` +
        `went into congestion windows that had to grow again. This estimate is in none of the other numbers.`,
    )
  }
  return lines
}

export interface CauseShare {
  readonly cause: Cause
  readonly label: string
  readonly description: string
  readonly count: number
  /** Of all avoidable connections with a cause, 0–1. */
  readonly share: number
}

/** The causes that occurred, most frequent first. */
export function causeShares(causes: Partial<Record<Cause, number>>): readonly CauseShare[] {
  const total = CAUSES.reduce((sum, cause) => sum + (causes[cause] ?? 0), 0)
  return CAUSES.map((cause) => ({ cause, count: causes[cause] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ cause, count }) => ({
      cause,
      count,
      label: causeLabel(cause),
      description: causeDescription(cause),
      share: count / total,
    }))
}

/** Those that waste most time first; of equals, those with more requests. */
export function originsByWaste(origins: readonly OriginTotals[]): readonly OriginTotals[] {
  return [...origins].sort(
    (a, b) =>
      b.wastedSeconds - a.wastedSeconds ||
      b.avoidable - a.avoidable ||
      b.exchanges - a.exchanges ||
      (a.origin < b.origin ? -1 : 1),
  )
}

/** "25 handshakes · 25 round trips · 510 ms · 68.0% of the waste" */
export function impactText(impact: Impact): string {
  if (impact.handshakes === 0 && impact.roundTrips === 0 && impact.seconds === 0) return 'No measured cost'
  const parts = [plural(impact.handshakes, 'handshake'), plural(impact.roundTrips, 'round trip'), formatDuration(impact.seconds)]
  if (impact.share > 0) parts.push(`${formatPercent(impact.share)} of the waste`)
  return parts.join(' · ')
}

/** "shop.pcapng: 812 packets over 61.3 s, 1.2 MB" */
export function captureText(capture: CaptureFact): string {
  const span =
    capture.firstAt !== null && capture.lastAt !== null ? ` over ${formatDuration((capture.lastAt - capture.firstAt) / 1e9)}` : ''
  const content = capture.format === 'har' ? 'HAR' : plural(capture.packets, 'packet')
  const end = capture.truncated ? ', cut off at the end' : ''
  const packed = capture.compression === null ? '' : ` (${capture.compression})`
  return `${plain(capture.file, 120)}: ${content}${span}, ${formatBytes(capture.size)}${packed}${end}`
}

/** What limits the numbers, each with its count; empty where nothing does. */
export function qualityTexts({ quality, totals }: AuditSummary): readonly string[] {
  const lines: readonly (readonly [number, string])[] = [
    [totals.notJudged, 'not judged: encrypted, incomplete, or without a request'],
    [quality.withoutExchanges, 'without a request that could be seen (preconnects, failed or encrypted ones), and counted apart'],
    [quality.midStream, 'already open when the capture began'],
    [quality.oneSided, 'captured in one direction only'],
    [quality.withGaps, 'missing bytes that the capture lost'],
    [quality.truncated, 'missing payload that the snapshot length cut off'],
    [quality.estimated, 'inferred from connect timings, for want of connection ids'],
    [quality.unfinished, 'still open when the capture ended'],
  ]
  return lines
    .filter(([count]) => count > 0)
    .map(([count, text]) => `${plural(count, 'connection was', 'connections were')} ${text}.`)
}

/** The races that no finding tells of already. */
export function untoldRaces({ findings, races }: AuditSummary): readonly Race[] {
  return findings.some((finding) => finding.rule === 'keep-alive-race') ? [] : races
}

/** "Connection 4: …", or "Risk, connection 4: …" for what has not happened yet. */
export function raceText(race: Race): string {
  return `${race.kind === 'risk' ? 'Risk, connection' : 'Connection'} ${race.connection}: ${plain(race.text)}`
}

export function diagnosticText(diagnostic: Diagnostic): string {
  const where = diagnostic.packet !== null ? ` (packet ${diagnostic.packet})` : ''
  const times = diagnostic.count > 1 ? ` (${formatCount(diagnostic.count)} times)` : ''
  return `${plain(diagnostic.message)}${where}${times}`
}
