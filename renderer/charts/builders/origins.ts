/** Origins against each other: how much each reuses, and how much time each wastes. */
import { formatCount, formatDuration, formatMeasured, formatPercent, plain, plural } from '../../../shared/format'
import type { OriginTotals } from '../../../shared/model/audit'
import type { BarModel } from '../model'
import { shortOrigins } from './short-names'

const MOST = 8

/** Those with the most exchanges first. */
export const busiestOrigins = (origins: readonly OriginTotals[], most = MOST): readonly OriginTotals[] =>
  origins
    .filter((origin) => origin.exchanges > 0)
    .sort((a, b) => b.exchanges - a.exchanges)
    .slice(0, most)

/** Those that waste most time first. */
export const costliestOrigins = (origins: readonly OriginTotals[], most = MOST): readonly OriginTotals[] =>
  origins
    .filter((origin) => origin.wastedSeconds > 0)
    .sort((a, b) => b.wastedSeconds - a.wastedSeconds)
    .slice(0, most)

/** Share of reused exchanges for the origins with the most exchanges. */
export function reuseByOrigin(origins: readonly OriginTotals[], most = MOST): BarModel {
  const shown = busiestOrigins(origins, most)
  const names = shown.map((origin) => plain(origin.origin))
  const ratios = shown.map((origin) => origin.reuseRatio ?? 0)
  return {
    horizontal: true,
    unit: 'ratio',
    names,
    categories: shortOrigins(names),
    series: [
      { label: 'Reused exchanges', tone: 'needed', values: ratios },
      { label: 'On a fresh connection', tone: 'track', values: ratios.map((ratio) => 1 - ratio) },
    ],
    endLabels: shown.map((origin) => formatPercent(origin.reuseRatio)),
    max: 1,
    categoryTitle: 'Origin',
    summary: `Share of exchanges on a reused connection, by origin: ${shown
      .map((origin) => `${plain(origin.origin)} ${formatPercent(origin.reuseRatio)} of ${formatCount(origin.exchanges)}`)
      .join(', ')}.`,
  }
}

/** Setup time of avoidable connections for the origins that waste most. */
export function wastedTimeByOrigin(origins: readonly OriginTotals[], most = MOST): BarModel {
  const shown = costliestOrigins(origins, most)
  const names = shown.map((origin) => plain(origin.origin))
  return {
    horizontal: true,
    unit: 'seconds',
    names,
    categories: shortOrigins(names),
    series: [{ label: 'Wasted time', tone: 'avoidable', values: shown.map((origin) => origin.wastedSeconds) }],
    endLabels: shown.map((origin) => formatMeasured(origin.wastedSeconds)),
    max: null,
    categoryTitle: 'Origin',
    summary: `Time spent on avoidable handshakes, by origin: ${shown
      .map(
        (origin) =>
          `${plain(origin.origin)} ${formatDuration(origin.wastedSeconds)} over ${plural(origin.avoidable, 'connection')}`,
      )
      .join(', ')}.`,
  }
}
