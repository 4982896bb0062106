/** One finding in a terminal: what, how much, why, what was seen, what to change. */
import { plain, plainLines } from '../../../shared/format'
import type { Finding, Remedy } from '../../../shared/model/audit'
import { impactText } from '../words'
import { hanging, wrap } from './layout'
import type { Style } from './style'

const MARKS = { error: '✗', warning: '!', info: 'i', good: '✓' } as const
const EVIDENCE_SHOWN = 5

/** Prose is wrapped; what is to be copied never is. */
function snippetLines({ snippet, language }: Remedy, width: number): string[] {
  const lines = plainLines(snippet).split('\n')
  return language === 'text' ? lines.flatMap((line) => (line === '' ? [''] : wrap(line, width - 7))) : lines
}

function remedyLines(remedy: Remedy, width: number, style: Style): string[] {
  const seen = remedy.seen === undefined ? '' : ` (seen: ${plain(remedy.seen)})`
  const lines = hanging('   → ', `${plain(remedy.product)}: ${plain(remedy.title)}${seen}`, width)
  lines.push(...hanging('     where:  ', plain(remedy.where, 800), width).map(style.faint), '')
  for (const line of snippetLines(remedy, width)) lines.push(style.strong(line === '' ? '' : `       ${line}`))
  lines.push(
    '',
    ...(remedy.because === undefined ? [] : hanging('     why:    ', plain(remedy.because, 600), width)),
    ...(remedy.defaults === undefined ? [] : hanging('     default: ', plain(remedy.defaults, 600), width)),
    ...hanging('     check:  ', plain(remedy.check), width),
    ...hanging('     verify: ', plain(remedy.verify, 1000), width),
  )
  lines.push(...hanging('     source: ', plain(remedy.source), width).map(style.faint))
  return lines
}

export function findingLines(finding: Finding, number: number, width: number, style: Style): string[] {
  const paint = { error: style.bad, warning: style.warn, info: style.strong, good: style.good }[finding.severity]
  const lines = hanging(`${String(number).padStart(2)} ${MARKS[finding.severity]} `, plain(finding.title), width).map((line) =>
    paint(line),
  )
  const cost =
    finding.severity === 'good'
      ? ''
      : impactText(finding.impact) + (finding.confidence === 'high' ? '' : ` · ${finding.confidence} confidence`)
  if (cost !== '') lines.push(...hanging('     ', cost, width).map(style.faint))
  lines.push(...hanging('     ', plain(finding.why, 2000), width))
  for (const evidence of finding.evidence.slice(0, EVIDENCE_SHOWN)) lines.push(...hanging('     · ', plain(evidence), width))
  const hidden = finding.evidence.length - EVIDENCE_SHOWN
  if (hidden > 0) lines.push(`     · … and ${hidden} more`)
  for (const remedy of finding.remedies) lines.push('', ...remedyLines(remedy, width, style))
  return lines
}
