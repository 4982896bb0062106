/** What a policy would have done beside what was: a row a figure. */
import { formatCount, formatDuration, formatNumber, formatPercent } from '../../../shared/format'
import type { Outcome } from '../../../shared/model/simulation'

export interface OutcomeRow {
  readonly label: string
  readonly id: keyof Outcome
  readonly before: string
  readonly after: string
  /** "−12 (−40.0%)"; "" where nothing changes. */
  readonly difference: string
  /** Less of it is what one wants; or it is what that costs. */
  readonly tone: 'better' | 'worse' | 'cost' | 'same'
}

const FIGURES: readonly (readonly [id: keyof Outcome, label: string, format: (value: number) => string, goal: boolean])[] = [
  ['connections', 'Connections opened', formatCount, true],
  ['setupRoundTrips', 'Setup round trips', formatCount, true],
  ['setupSeconds', 'Setup time', formatDuration, true],
  ['peakOpen', 'Open at once, at most', formatCount, false],
  ['meanOpen', 'Open at once, on average', formatNumber, false],
  ['idleConnectionSeconds', 'Idle connection time', formatDuration, false],
  ['waits', 'Requests that had to wait', formatCount, false],
]

export function outcomeRows(before: Outcome, after: Outcome): readonly OutcomeRow[] {
  return FIGURES.filter(([id]) => id !== 'waits' || before.waits > 0 || after.waits > 0).map(([id, label, format, goal]) => {
    const change = after[id] - before[id]
    const shown = format(Math.abs(change))
    const nothing = shown === format(0)
    const share = before[id] === 0 ? '' : ` (${change < 0 ? '−' : '+'}${formatPercent(Math.abs(change) / before[id])})`
    return {
      id,
      label,
      before: format(before[id]),
      after: format(after[id]),
      difference: nothing ? '' : `${change < 0 ? '−' : '+'}${shown}${share}`,
      tone: nothing ? 'same' : !goal ? 'cost' : change < 0 ? 'better' : 'worse',
    }
  })
}
