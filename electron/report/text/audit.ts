/** `roundtrip audit`: the audit for a terminal. */
import {
  formatCount,
  formatDuration,
  formatMeasured,
  formatNumber,
  formatPercent,
  holdsCosts,
  judgedCount,
  ofJudged,
  plain,
  plural,
  tripsMark,
} from '../../../shared/format'
import type { AuditSummary, OriginTotals } from '../../../shared/model/audit'
import type { AuditSource, TextOptions } from '../source'
import {
  captureText,
  causeShares,
  diagnosticText,
  estimateMark,
  headline,
  limits,
  meaning,
  originReuse,
  originsByWaste,
  qualityLines,
  raceText,
  untoldRaces,
} from '../words'
import { findingLines } from './finding'
import { LONGER_TIMEOUT } from '../longer-timeout'
import { ledgerLines, loadLines, longerTimeoutLines, predictionLines, timerLines } from './insight'
import { legLines } from './legs'
import { bar, fit, hanging, left, right, wrap } from './layout'
import { styleFor, type Style } from './style'

const ORIGINS_SHOWN = 10
const RACES_SHOWN = 10
const DIAGNOSTICS_SHOWN = 20

function heading(title: string, style: Style): string[] {
  return ['', style.heading(title.toUpperCase())]
}

const NONE_JUDGED = 'no connection could be judged'

function totalsLines(summary: AuditSummary, width: number, style: Style): string[] {
  const { totals, rttSeconds } = summary
  const { estimate } = totals
  const judged = judgedCount(totals) > 0
  const about = (trips: number): string => tripsMark(summary) + formatCount(trips)
  const perConnection = totals.connectionsWithExchanges > 0 ? totals.exchanges / totals.connectionsWithExchanges : null
  const rows: readonly (readonly [string, string, string])[] = [
    ['Requests', formatCount(totals.exchanges), `${formatNumber(perConnection)} per connection`],
    ['Reused a connection', formatPercent(totals.reuseRatio), plural(totals.reusedExchanges, 'request')],
    ['Connections', formatCount(totals.connections), `${formatCount(totals.connectionsWithExchanges)} with requests`],
    [
      '  needed',
      formatCount(totals.needed),
      totals.neededWithHttp2 < totals.needed ? `HTTP/2 would have needed ${formatCount(totals.neededWithHttp2)}` : '',
    ],
    ['  avoidable', formatCount(totals.avoidable), ''],
    ['  not judged', formatCount(totals.notJudged), ''],
    [
      'Wasted round trips',
      ofJudged(totals, about(totals.wastedRoundTrips)),
      judged
        ? `of ${about(totals.setupRoundTrips)} spent on setup${summary.roundTripsAssumed ? ', an estimate' : ''}`
        : NONE_JUDGED,
    ],
    [
      'Wasted time',
      ofJudged(totals, formatDuration(totals.wastedSeconds)),
      judged ? `of ${formatDuration(totals.setupSeconds)} spent on setup` : NONE_JUDGED,
    ],
    ['Median round trip', formatDuration(rttSeconds), ''],
    ...(estimate === undefined
      ? []
      : [
          [
            'Encrypted, estimated',
            `≈ ${formatCount(estimate.turns)}`,
            `requests in ${plural(estimate.connections, 'connection')}`,
          ] as const,
          ['  reused, estimated', `≈ ${formatPercent(estimate.reuseRatio)}`, 'in none of the numbers above'] as const,
        ]),
  ]
  return rows.map(([label, value, note]) => {
    const figures = `  ${left(label, 23)}${style.strong(right(value, 13))}`
    return note === '' ? figures : `${figures}   ${style.faint(fit(note, width - 41))}`
  })
}

function causeLines(summary: AuditSummary, width: number, style: Style): string[] {
  const shares = causeShares(summary.causes)
  const room = Math.max(8, width - 2 - 26 - 9 - 2 - 8)
  return shares.map(
    ({ label, count, share }) =>
      `  ${left(label, 26)}${right(formatCount(count), 9)}  ${style.warn(left(bar(share, room), room))}${right(formatPercent(share), 8)}`,
  )
}

function originLines(origins: readonly OriginTotals[], width: number, style: Style): string[] {
  const name = Math.max(16, width - 2 - 10 - 8 - 11 - 11)
  const line = (cells: readonly [string, string, string, string, string]): string =>
    `  ${left(cells[0], name)}${right(cells[1], 10)}${right(cells[2], 8)}${right(cells[3], 11)}${right(cells[4], 11)}`
  const rows = originsByWaste(origins).slice(0, ORIGINS_SHOWN)
  const lines = [style.faint(line(['Origin', 'Requests', 'Reused', 'Avoidable', 'Wasted']))]
  for (const row of rows) {
    const cells = [
      plain(row.origin),
      originReuse(row).requests,
      originReuse(row).reused,
      ofJudged(row, formatCount(row.avoidable)),
    ] as const
    lines.push(line([...cells, ofJudged(row, formatMeasured(row.wastedSeconds))]))
  }
  const mark = estimateMark(rows)
  if (mark !== null) lines.push(style.faint(`  ${mark}`))
  if (origins.length > rows.length) lines.push(style.faint(`  … and ${formatCount(origins.length - rows.length)} more`))
  return lines
}

function diagnosticLines({ diagnostics }: AuditSummary, width: number): string[] {
  const lines = diagnostics
    .slice(0, DIAGNOSTICS_SHOWN)
    .flatMap((item) => hanging(`  ${item.severity}: `, diagnosticText(item), width))
  if (diagnostics.length > DIAGNOSTICS_SHOWN) lines.push(`  … and ${formatCount(diagnostics.length - DIAGNOSTICS_SHOWN)} more`)
  return lines
}

/** The lines of the audit, without line ends. */
export function auditLines(summary: AuditSummary, width: number, style: Style): string[] {
  const verdict = headline(summary)
  const paint = { good: style.good, mixed: style.warn, bad: style.bad, unknown: style.strong }[verdict.grade]
  const lines = [...summary.captures.flatMap((capture) => hanging('', captureText(capture), width).map(style.faint)), '']
  lines.push(...wrap(verdict.title, width).map((line) => style.strong(paint(line))), ...wrap(verdict.detail, width))
  if (summary.totals.connections > 0) {
    lines.push(...heading('Totals', style), ...totalsLines(summary, width, style))
    const what = meaning(summary)
    if (what.length > 0) lines.push(...heading('What it means', style), ...what.flatMap((text) => hanging('  ', text, width)))
  }
  if (summary.totals.avoidable > 0) {
    lines.push(...heading('Why connections were not reused', style), ...causeLines(summary, width, style))
  }
  if (summary.origins.length > 0) {
    lines.push(...heading('Origins, most wasteful first', style), ...originLines(summary.origins, width, style))
  }
  lines.push(...legLines(summary, width, style))
  if (summary.findings.length > 0) {
    lines.push(...heading('Findings', style))
    summary.findings.forEach((finding, index) =>
      lines.push(...(index > 0 ? [''] : []), ...findingLines(finding, index + 1, width, style)),
    )
  }
  const races = untoldRaces(summary)
  if (races.length > 0) {
    lines.push(...heading('Keep-alive races', style))
    for (const race of races.slice(0, RACES_SHOWN)) lines.push(...hanging('  · ', raceText(race), width))
    if (races.length > RACES_SHOWN) lines.push(`  … and ${formatCount(races.length - RACES_SHOWN)} more`)
  }
  const timers = timerLines(summary, width)
  if (timers.length > 0) lines.push(...heading('Timers that the traffic gives away', style), ...timers)
  const expected = predictionLines(summary, width)
  if (expected.length > 0) lines.push(...heading('Races to be expected', style), ...expected)
  const longer = longerTimeoutLines(summary, width)
  if (longer.length > 0) lines.push(...heading(LONGER_TIMEOUT, style), ...longer)
  const { ledger } = summary
  if (ledger !== undefined && holdsCosts(ledger)) {
    lines.push(...heading('What connections cost', style), ...ledgerLines(ledger, width, style))
    if (ledger.servers.length > 0) lines.push(...heading('What open connections take', style), ...loadLines(ledger, width))
  }
  const limiting = [...qualityLines(summary), ...limits(summary)]
  if (limiting.length > 0)
    lines.push(...heading('What limits these numbers', style), ...limiting.flatMap((text) => hanging('  · ', text, width)))
  if (summary.diagnostics.length > 0) lines.push(...heading('Diagnostics', style), ...diagnosticLines(summary, width))
  return lines
}

/** The audit as text of at most `width` columns (snippets excepted: they are to be copied), coloured if asked. */
export function* auditText(source: AuditSource, options: TextOptions): Generator<string> {
  const width = Math.min(Math.max(60, options.width), 120)
  for (const line of auditLines(source.summary, width, styleFor(options.colour))) yield `${line}\n`
}
