/** The legs in Markdown. */
import {
  formatCount,
  formatDuration,
  formatPercent,
  legEndText,
  legKindLabel,
  legPaths,
  stitchedLines,
  stitchedRequestText,
} from '../../shared/format'
import type { AuditSummary } from '../../shared/model/audit'
import { bullets, markdownCode, markdownText, table } from './markdown-markup'

const LEGS_SHOWN = 20
const SLOWEST_SHOWN = 5

/** The legs, and what joining them told; nothing where no proxy is seen. */
export function legsText({ legs = [], stitching }: AuditSummary): string {
  const shown = [...new Set(legPaths(legs).flat())].slice(0, LEGS_SHOWN)
  if (shown.length === 0) return ''
  const head = ['Leg', 'From', 'To', 'Requests', 'Reused', 'Connections', 'Avoidable', 'Setup']
  const rows = shown.map((leg) => [
    legKindLabel(leg.kind),
    markdownText(legEndText(leg.client)),
    markdownText(legEndText(leg.server)),
    formatCount(leg.exchanges),
    formatPercent(leg.reuseRatio),
    formatCount(leg.connections),
    formatCount(leg.avoidable),
    formatDuration(leg.setupSeconds),
  ])
  const pairs = (stitching?.pairs ?? []).map((pair) => {
    const slowest = pair.slowest
      .slice(0, SLOWEST_SHOWN)
      .map((request) => [
        markdownCode(stitchedRequestText(request)),
        formatDuration(request.frontSeconds),
        formatDuration(request.backSeconds),
        formatDuration(request.setupSeconds),
      ])
    return (
      bullets(stitchedLines(pair).map(markdownText)) +
      table(['Slowest for users', 'User', 'Behind the proxy', 'Setup waited for'], ['---', '---:', '---:', '---:'], slowest)
    )
  })
  return `\n## Legs\n${table(head, ['---', '---', '---', '---:', '---:', '---:', '---:', '---:'], rows)}${pairs.join('')}`
}
