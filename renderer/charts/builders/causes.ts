/** Why avoidable connections were opened. */
import { causeLabel, formatCount, formatPercent } from '../../../shared/format'
import { CAUSES, type Cause } from '../../../shared/model/audit'
import type { BarModel } from '../model'

/** Causes by how many connections each explains, most first; ties in the audit's own order. */
export function rankCauses(causes: Partial<Record<Cause, number>>): readonly { readonly cause: Cause; readonly count: number }[] {
  return CAUSES.map((cause) => ({ cause, count: causes[cause] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
}

export function causesChart(causes: Partial<Record<Cause, number>>): BarModel {
  const ranked = rankCauses(causes)
  const total = ranked.reduce((sum, { count }) => sum + count, 0)
  const names = ranked.map(({ cause }) => causeLabel(cause))
  return {
    horizontal: true,
    unit: 'count',
    names,
    categories: names,
    series: [{ label: 'Avoidable connections', tone: 'avoidable', values: ranked.map(({ count }) => count) }],
    endLabels: ranked.map(({ count }) => `${formatCount(count)} · ${formatPercent(count / total)}`),
    max: null,
    categoryTitle: 'Cause',
    summary: `Avoidable connections by cause: ${ranked.map(({ cause, count }) => `${causeLabel(cause)} ${formatCount(count)}`).join(', ')}.`,
  }
}
