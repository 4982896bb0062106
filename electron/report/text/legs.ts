/** The legs on a terminal: who asks whom, how well connections are reused there, and what joining the legs told. */
import {
  formatCount,
  formatDuration,
  formatPercent,
  plural,
  legEndText,
  legKindLabel,
  legPaths,
  stitchedLines,
} from '../../../shared/format'
import type { AuditSummary } from '../../../shared/model/audit'
import { hanging } from './layout'
import type { Style } from './style'

const PATHS_SHOWN = 5

/** With its heading; nothing where no proxy is seen. */
export function legLines({ legs = [], stitching }: AuditSummary, width: number, style: Style): string[] {
  const paths = legPaths(legs)
  if (paths.length === 0) return []
  const lines = ['', style.heading('LEGS')]
  const shown = new Set<number>()
  for (const leg of paths.slice(0, PATHS_SHOWN).flat()) {
    if (shown.has(leg.id)) continue
    shown.add(leg.id)
    lines.push(...hanging('  ', `${legKindLabel(leg.kind)}: ${legEndText(leg.client)} → ${legEndText(leg.server)}`, width))
    const numbers = [
      `${plural(leg.exchanges, 'request')}, ${formatPercent(leg.reuseRatio)} reused`,
      `${plural(leg.connections, 'connection')}, ${formatCount(leg.avoidable)} avoidable`,
      `${formatDuration(leg.setupSeconds)} of setup`,
    ]
    lines.push(...hanging('    ', numbers.join('; '), width).map(style.faint))
    for (const { text } of leg.evidence.slice(0, 2)) lines.push(...hanging('    ', text, width).map(style.faint))
  }
  if (paths.length > PATHS_SHOWN) lines.push(`  … and ${formatCount(paths.length - PATHS_SHOWN)} more`)
  for (const pair of stitching?.pairs ?? []) lines.push(...stitchedLines(pair).flatMap((text) => hanging('  · ', text, width)))
  return lines
}
