/** The sentences that text, Markdown and HTML reports share. Plain text: each writer escapes for itself. */
import {
  causeDescription,
  causeLabel,
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  onlyProxiesText,
  plain,
  plural,
  qualityText,
  vantageText,
  type QualityText,
} from '../../shared/format'
import {
  CAUSES,
  type AuditSummary,
  type Cause,
  type EncryptedTotals,
  type Impact,
  type OriginTotals,
  type Race,
  type Totals,
} from '../../shared/model/audit'
import { impactCount, impactTrips } from '../../shared/impact'
import type { CaptureFact, Diagnostic } from '../../shared/model/facts'

export type Grade = 'good' | 'mixed' | 'bad' | 'unknown'

export interface Headline {
  readonly grade: Grade
  readonly title: string
  readonly detail: string
}

const judged = (totals: Totals): number => totals.needed + totals.avoidable

/** The verdict in a sentence, with the numbers behind it. */
export function headline(summary: AuditSummary): Headline {
  const { totals, encrypted = 0 } = summary
  const all = judged(totals)
  if (totals.connections === 0) {
    return {
      grade: 'unknown',
      title: 'No connections were found',
      detail: 'The input holds no TCP connection and no HTTP exchange.',
    }
  }
  if (all === 0 && encrypted > 0) {
    const all = encrypted === totals.connections
    return {
      grade: 'unknown',
      title: all ? 'Every connection is encrypted' : 'Nothing could be judged without keys',
      detail: encryptedKnown(summary),
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
    `${totals.avoidable === 1 ? 'That' : 'They'} cost ${summary.roundTripsAssumed ? 'an estimated ' : ''}${plural(totals.wastedRoundTrips, 'round trip')} and ${formatDuration(totals.wastedSeconds)} of waiting. ${reuse(totals)}`.trimEnd()
  if (share >= 0.5) return { grade: 'bad', title: 'Most handshakes were avoidable', detail }
  if (share >= 0.1) return { grade: 'mixed', title: `${formatPercent(share)} of handshakes were avoidable`, detail }
  return { grade: 'good', title: 'Few handshakes were avoidable', detail }
}

function subject(count: number): string {
  return count === 1
    ? 'The one connection that could be judged was'
    : `All ${plural(count, 'connection')} that could be judged were`
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
  const proxies = onlyProxiesText(summary)
  if (proxies !== null) lines.push(proxies)
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
  const estimate = estimateText(totals)
  if (estimate !== null && judged(totals) > 0) lines.push(`${estimate} This is in none of the other numbers.`)
  if (totals.slowStartRoundTripsEstimate > 0) {
    lines.push(
      `New connections also start slowly: an estimated ${plural(Math.round(totals.slowStartRoundTripsEstimate), 'further round trip')} ` +
        `went into congestion windows that had to grow again. This estimate is in none of the other numbers.`,
    )
  }
  return lines
}

/** An origin's requests and reuse; where all is encrypted an estimate of them, marked by "≈". */
export function originReuse({ exchanges, reuseRatio, estimate }: OriginTotals): {
  readonly requests: string
  readonly reused: string
} {
  if (exchanges > 0 || estimate === undefined) return { requests: formatCount(exchanges), reused: formatPercent(reuseRatio) }
  return { requests: `≈ ${formatCount(estimate.turns)}`, reused: `≈ ${formatPercent(estimate.reuseRatio)}` }
}

/** Explains {@link originReuse}'s mark, where one of these origins bears it. */
export const estimateMark = (origins: readonly OriginTotals[]): string | null =>
  origins.some(({ exchanges, estimate }) => exchanges === 0 && estimate !== undefined)
    ? '≈ An estimate: these connections are encrypted, and requests sent together count as one.'
    : null

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

/** "25 handshakes · 25 round trips · 510 ms · 68.0% of the wasted round trips" */
export function impactText(impact: Impact): string {
  if (impact.handshakes === 0 && impact.roundTrips === 0 && impact.seconds === 0) return 'No measured cost'
  const parts = [impactCount(impact), impactTrips(impact), formatDuration(impact.seconds)]
  if (impact.share > 0) parts.push(`${formatPercent(impact.share)} of the wasted round trips`)
  return parts.join(' · ')
}

/** "shop.pcapng: 812 packets over 61.3 s, 1.2 MB" */
export function captureText(capture: CaptureFact): string {
  const span =
    capture.firstAt !== null && capture.lastAt !== null ? ` over ${formatDuration((capture.lastAt - capture.firstAt) / 1e9)}` : ''
  const content = capture.format === 'har' ? 'HAR' : plural(capture.packets, 'packet')
  const dropped = (capture.dropped ?? 0) > 0 ? `, ${plural(capture.dropped ?? 0, 'packet')} dropped` : ''
  const end = capture.truncated ? ', cut off at the end' : ''
  const packed = capture.compression === null ? '' : ` (${capture.compression})`
  return `${plain(capture.file, 120)}: ${content}${span}, ${formatBytes(capture.size)}${packed}${dropped}${end}`
}

/** What limits the numbers: what was found, what it means, what to do. Empty where nothing does. */
export function qualityTexts({ quality }: AuditSummary): readonly QualityText[] {
  const vantage = vantageText(quality.vantage)
  return [...quality.issues.map(qualityText), ...(vantage === null ? [] : [vantage])]
}

/** The same as sentences, one string each. */
export function qualityLines(summary: AuditSummary): readonly string[] {
  return qualityTexts(summary).map(({ found, meaning, advice }) =>
    [found, meaning, advice].filter((text) => text !== null).join(' '),
  )
}

/** What the encrypted connections tell for certain, and what can be estimated of them. */
export function encryptedKnown({ encrypted = 0, encryptedTotals: known, totals }: AuditSummary): string {
  const parts = [`${plural(encrypted, 'connection')} could not be read without keys.`]
  if (known !== undefined) {
    const resumed = known.resumed === 0 ? 'none of them resumed' : `${formatCount(known.resumed)} of them resumed`
    parts.push(
      `Setting ${encrypted === 1 ? 'it' : 'them'} up took ${plural(known.setupRoundTrips, 'round trip')} and ${formatDuration(known.setupSeconds)}, ${resumed}.`,
    )
  }
  for (const estimate of [estimateText(totals), idleText(known?.idleEstimate)]) if (estimate !== null) parts.push(estimate)
  return parts.join(' ')
}

/** "Estimate: …" for how long encrypted connections were idle; null where they were not. */
function idleText(idle: EncryptedTotals['idleEstimate']): string | null {
  if (idle === undefined) return null
  const { longestSeconds: longest, beforeCloseSeconds: before, closes } = idle
  const parts = [
    longest === null ? null : `up to ${formatDuration(longest)} between requests`,
    before === null ? null : `${formatDuration(before)} before the close (median of ${plural(closes, 'connection')})`,
  ]
  return `Estimate: they were idle ${parts.filter((part) => part !== null).join(', and ')}.`
}

/** "Estimate: …" for what encrypted connections carried; null where there is none. */
export function estimateText({ estimate }: Pick<Totals, 'estimate'>): string | null {
  if (estimate === undefined) return null
  const reuse =
    estimate.reuseRatio === null
      ? ''
      : `, about ${formatPercent(estimate.reuseRatio)} of them over a connection that was already open`
  return `Estimate: about ${plural(estimate.turns, 'request')} in ${plural(estimate.connections, 'encrypted connection')}${reuse}; requests sent together count as one.`
}

/** What encryption keeps from being told; null where it keeps nothing. */
export function encryptedText({ encrypted = 0, diagnostics }: AuditSummary): string | null {
  if (encrypted === 0) return null
  const them = plural(encrypted, 'connection is', 'connections are')
  const keys = keyLogIsOfOthers(diagnostics)
    ? 'The key log that was given has none of their secrets: one that the client writes while the capture is taken'
    : 'A key log (SSLKEYLOGFILE), written by the client while the capture is taken,'
  return `${them} encrypted, and the requests inside were not judged. ${keys} lets them be read.`
}

/** Keys were given, but none that fits. */
const keyLogIsOfOthers = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ code }) => code === 'key-log-of-others')

/** What limits the numbers for reasons other than the capture's quality. */
export function limits(summary: AuditSummary): readonly string[] {
  const encrypted = encryptedText(summary)
  return [...(encrypted === null ? [] : [encrypted]), ...summary.notes.map((note) => plain(note))]
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
  const times = diagnostic.count > 1 ? ` (${plural(diagnostic.count, 'time')})` : ''
  return `${plain(diagnostic.message)}${where}${times}`
}
