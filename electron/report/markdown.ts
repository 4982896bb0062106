/** The audit as Markdown (CommonMark with GitHub's tables), for issues and wikis. */
import {
  causeLabel,
  formatCount,
  formatDuration,
  formatMeasured,
  formatPercent,
  judgedCount,
  ofJudged,
  plainLines,
  tripsMark,
} from '../../shared/format'
import type { AuditSummary, Finding, Remedy } from '../../shared/model/audit'
import { ledgerMarkdown, longerTimeoutMarkdown, timersMarkdown } from './markdown-insight'
import { legsText } from './markdown-legs'
import { bullets, longestRun, markdownCode, markdownText, table } from './markdown-markup'
import { worstConnections, type AuditSource } from './source'
import {
  captureText,
  causeShares,
  diagnosticText,
  estimateMark,
  headline,
  impactText,
  limits,
  meaning,
  originReuse,
  originsByWaste,
  qualityLines,
  raceText,
  untoldRaces,
} from './words'

const ORIGINS_SHOWN = 20
const CONNECTIONS_SHOWN = 15

function remedyText(remedy: Remedy): string {
  const snippet = plainLines(remedy.snippet)
  const fence = '`'.repeat(Math.max(3, longestRun(snippet) + 1))
  const facts = [
    `Where: ${markdownText(remedy.where)}`,
    ...(remedy.because === undefined ? [] : [`These values: ${markdownText(remedy.because)}`]),
    ...(remedy.defaults === undefined ? [] : [`By default: ${markdownText(remedy.defaults)}`]),
    `Check first: ${remedy.language === 'text' ? markdownText(remedy.check) : markdownCode(remedy.check)}`,
    `See that it works: ${markdownText(remedy.verify)}`,
    `Source: ${markdownText(remedy.source)}`,
  ]
  return `\n**${markdownText(remedy.product)}**: ${markdownText(remedy.title)}${remedy.seen === undefined ? '' : ` (seen: ${markdownText(remedy.seen)})`}\n\n${fence}${remedy.language}\n${snippet}\n${fence}\n${bullets(facts)}`
}

function findingText(finding: Finding, number: number): string {
  const impact = finding.severity === 'good' ? '' : `\n*${impactText(finding.impact)}*\n`
  const evidence = finding.evidence.length > 0 ? bullets(finding.evidence.map(markdownText)) : ''
  const confidence = finding.confidence === 'high' ? '' : ` (${finding.confidence} confidence)`
  return (
    `\n### ${number}. ${markdownText(finding.title)}${confidence}\n${impact}\n${markdownText(finding.why)}\n${evidence}` +
    finding.remedies.map(remedyText).join('')
  )
}

function totalsTable(summary: AuditSummary): string {
  const { totals, rttSeconds } = summary
  const about = (trips: number): string => tripsMark(summary) + formatCount(trips)
  const judged = judgedCount(totals) > 0
  const { estimate } = totals
  const rows: readonly (readonly string[])[] = [
    ['Requests', formatCount(totals.exchanges)],
    ['on a reused connection', `${formatCount(totals.reusedExchanges)} (${formatPercent(totals.reuseRatio)})`],
    ['Connections', formatCount(totals.connections)],
    ['needed', formatCount(totals.needed)],
    ['avoidable', formatCount(totals.avoidable)],
    ['not judged', formatCount(totals.notJudged)],
    [
      `Wasted round trips${summary.roundTripsAssumed ? ' (estimate)' : ''}`,
      judged ? `${about(totals.wastedRoundTrips)} of ${about(totals.setupRoundTrips)}` : 'none judged',
    ],
    ['Wasted time', judged ? `${formatDuration(totals.wastedSeconds)} of ${formatDuration(totals.setupSeconds)}` : 'none judged'],
    ['Median round trip', formatDuration(rttSeconds)],
    ...(estimate === undefined
      ? []
      : [
          ['*Encrypted requests (estimate)*', `≈ ${formatCount(estimate.turns)}`],
          ['*on a reused connection (estimate)*', `≈ ${formatPercent(estimate.reuseRatio)}`],
        ]),
  ]
  return table(['', ''], ['---', '---:'], rows)
}

function originsTable({ origins, roundTripsAssumed }: AuditSummary): string {
  const rows = originsByWaste(origins)
    .slice(0, ORIGINS_SHOWN)
    .map((row) => [
      markdownCode(row.origin),
      originReuse(row).requests,
      originReuse(row).reused,
      ofJudged(row, formatCount(row.avoidable)),
      ofJudged(row, formatCount(row.wastedRoundTrips)),
      ofJudged(row, formatMeasured(row.wastedSeconds)),
    ])
  const hidden = origins.length - rows.length
  const mark = estimateMark(origins)
  const head = [
    'Origin',
    'Requests',
    'Reused',
    'Avoidable',
    `Wasted round trips${roundTripsAssumed ? ' (estimate)' : ''}`,
    'Wasted time',
  ]
  return (
    table(head, ['---', '---:', '---:', '---:', '---:', '---:'], rows) +
    (mark === null ? '' : `\n${mark}\n`) +
    (hidden > 0 ? `\n… and ${formatCount(hidden)} more.\n` : '')
  )
}

async function worstTable(source: AuditSource): Promise<string> {
  const { rows, total } = await worstConnections(source, CONNECTIONS_SHOWN)
  if (rows.length === 0) return ''
  const cells = rows.map((row) => [
    String(row.id),
    markdownCode(`${row.client.ip}:${row.client.port}`),
    markdownCode(row.origin),
    formatCount(row.setupRoundTrips),
    formatDuration(row.setupSeconds),
    causeLabel(row.cause ?? 'unknown'),
  ])
  const head = ['No.', 'Client', 'Origin', 'Round trips', 'Setup', 'Cause']
  const rest = total > rows.length ? `\n${formatCount(rows.length)} of ${formatCount(total)}, by setup time.\n` : ''
  return `\n## The avoidable connections that cost most\n${table(head, ['---:', '---', '---', '---:', '---:', '---'], cells)}${rest}`
}

export async function* auditMarkdown(source: AuditSource): AsyncGenerator<string> {
  const { summary } = source
  const verdict = headline(summary)
  yield `# Connection reuse audit\n${bullets(summary.captures.map((capture) => markdownText(captureText(capture))))}`
  yield `\n**${markdownText(verdict.title)}.** ${markdownText(verdict.detail)}\n`
  if (summary.totals.connections > 0) yield totalsTable(summary)
  for (const text of meaning(summary)) yield `\n${markdownText(text)}\n`
  const shares = causeShares(summary.causes)
  if (shares.length > 0) {
    const rows = shares.map((share) => [
      share.label,
      formatCount(share.count),
      formatPercent(share.share),
      markdownText(share.description),
    ])
    const head = ['Cause', 'Connections', 'Share', 'What happened']
    yield `\n## Why connections were not reused\n${table(head, ['---', '---:', '---:', '---'], rows)}`
  }
  if (summary.origins.length > 0) yield `\n## Origins\n${originsTable(summary)}`
  yield legsText(summary)
  if (summary.findings.length > 0) yield '\n## What to change\n'
  for (const [index, finding] of summary.findings.entries()) yield findingText(finding, index + 1)
  const races = untoldRaces(summary).slice(0, 20)
  if (races.length > 0) yield `\n## Keep-alive races\n${bullets(races.map((race) => markdownText(raceText(race))))}`
  yield timersMarkdown(summary)
  yield longerTimeoutMarkdown(summary)
  yield ledgerMarkdown(summary)
  yield await worstTable(source)
  const limiting = [...qualityLines(summary), ...limits(summary), ...summary.diagnostics.slice(0, 20).map(diagnosticText)]
  if (limiting.length > 0) yield `\n## What limits these numbers\n${bullets(limiting.map(markdownText))}`
}
