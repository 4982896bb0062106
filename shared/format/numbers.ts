/**
 * Counts, ratios and sizes as people read them: the same on screen, on paper and in a terminal. One locale, because a
 * report that is handed on must not change with the machine that printed it.
 */

const NONE = '–'

/** A whole number with thousands grouped: "1,234,567". A dash where there is none. */
export function formatCount(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NONE
  return Math.round(value).toLocaleString('en-US').replace('-', '−')
}

/**
 * A ratio of 0–1 with one decimal: "77.5%". Only exactly nothing and exactly all are "0%" and "100%"; what would round to either
 * is "<0.1%" or ">99.9%". A dash where there is no ratio.
 */
export function formatPercent(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return NONE
  if (ratio === 0) return '0%'
  if (ratio === 1) return '100%'
  const percent = ratio * 100
  if (percent > 0 && percent < 0.05) return '<0.1%'
  if (percent >= 99.95 && percent < 100) return '>99.9%'
  return `${percent.toFixed(1)}%`
}

/** Octets in decimal units: "999 B", "1.5 kB", "250 MB". */
export function formatBytes(octets: number | null): string {
  if (octets === null || !Number.isFinite(octets)) return NONE
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let value = octets
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  return `${value.toFixed(digits)} ${units[unit] ?? 'B'}`
}

/** A count shortened for axes: "950", "12.5k", "3.1M". */
export function formatCompact(value: number): string {
  for (const [size, suffix] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (Math.abs(value) >= size) return `${Number((value / size).toFixed(1))}${suffix}`
  }
  return String(Number(value.toFixed(2)))
}

/** A noun beside its count: "connection", "replies". */
export const nounFor = (count: number, singular: string, many = `${singular}s`): string => (count === 1 ? singular : many)

/** A count with its noun: "1 connection", "1,204 replies". */
export const plural = (count: number, singular: string, many?: string): string =>
  `${formatCount(count)} ${nounFor(count, singular, many)}`

/** An average such as requests per connection: "1", "2.5", "12.3". A dash where there is none. */
export function formatNumber(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NONE
  return value >= 99.95 ? formatCount(value) : String(Number(value.toFixed(value >= 10 ? 1 : 2)))
}
