/** The origins table's columns. */
import { formatCount, formatMeasured, formatPercent, ofJudged, plain, TRIPS_ASSUMED } from '../../../shared/format'
import type { OriginTotals } from '../../../shared/model/audit'

export interface OriginColumn {
  readonly key: Exclude<keyof OriginTotals, 'causes' | 'estimate'> | 'estimatedReuse'
  readonly title: string
  readonly numeric: boolean
  readonly class: string
  readonly text: (origin: OriginTotals) => string
  /** Shown only where an origin has encrypted connections. */
  readonly estimate?: boolean
  /** An estimate, and why; the column bears the mark. */
  readonly why?: string
  readonly tone?: (origin: OriginTotals) => 'plain' | 'avoidable'
}

const estimateText = (estimate: OriginTotals['estimate']): string =>
  estimate === undefined ? '–' : `≈ ${formatPercent(estimate.reuseRatio)} of ${formatCount(estimate.turns)}`

const waste = (origin: OriginTotals): 'plain' | 'avoidable' => (origin.avoidable > 0 ? 'avoidable' : 'plain')
const number = (
  key: OriginColumn['key'],
  title: string,
  text: OriginColumn['text'],
  rest: Partial<Pick<OriginColumn, 'class' | 'tone'>> = {},
): OriginColumn => ({ key, title, text, numeric: true, class: '', ...rest })

export const originColumns: readonly OriginColumn[] = [
  { key: 'origin', title: 'Origin', numeric: false, class: 'w-full min-w-44', text: ({ origin }) => plain(origin) },
  {
    key: 'product',
    title: 'Server',
    numeric: false,
    class: 'hidden min-w-40 xl:table-cell',
    text: ({ product }) => (product === null ? '–' : plain(product)),
  },
  number('connections', 'Connections', ({ connections }) => formatCount(connections)),
  number('avoidable', 'Avoidable', (origin) => ofJudged(origin, formatCount(origin.avoidable)), { tone: waste }),
  number('exchanges', 'Exchanges', ({ exchanges }) => formatCount(exchanges), { class: 'hidden md:table-cell' }),
  number('reuseRatio', 'Reuse', ({ reuseRatio }) => formatPercent(reuseRatio)),
  {
    ...number('estimatedReuse', 'Reuse', ({ estimate }) => estimateText(estimate)),
    estimate: true,
  },
  number('rttSeconds', 'RTT', ({ rttSeconds }) => formatMeasured(rttSeconds), { class: 'hidden lg:table-cell' }),
  number('wastedRoundTrips', 'Wasted RT', (origin) => ofJudged(origin, formatCount(origin.wastedRoundTrips)), {
    class: 'hidden md:table-cell',
    tone: waste,
  }),
  number('wastedSeconds', 'Wasted time', (origin) => ofJudged(origin, formatMeasured(origin.wastedSeconds)), { tone: waste }),
]

/** The columns that say something of these origins. @param assumed round trips were, as `AuditSummary.roundTripsAssumed` says */
export const originColumnsFor = (origins: readonly OriginTotals[], assumed = false): readonly OriginColumn[] =>
  originColumns
    .filter(({ estimate = false }) => !estimate || origins.some((origin) => origin.estimate !== undefined))
    .map((column) => (assumed && column.key === 'wastedRoundTrips' ? { ...column, why: TRIPS_ASSUMED } : column))

const valueOf = (origin: OriginTotals, key: OriginColumn['key']): string | number | null =>
  key === 'estimatedReuse' ? (origin.estimate?.reuseRatio ?? null) : origin[key]

/** Sorted by one column; equal ones by name, and what has no value last whichever way. */
export function sortOrigins(
  origins: readonly OriginTotals[],
  key: OriginColumn['key'],
  descending: boolean,
): readonly OriginTotals[] {
  const sign = descending ? -1 : 1
  return [...origins].sort((a, b) => {
    const [x, y] = [valueOf(a, key), valueOf(b, key)]
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1
    const order = typeof x === 'string' ? x.localeCompare(y as string) : x - (y as number)
    return order === 0 ? a.origin.localeCompare(b.origin) : sign * order
  })
}
