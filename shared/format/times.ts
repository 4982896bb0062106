/** Durations and instants as people read them. */
import type { Nanos, TimeBase } from '../units'

/** Three significant digits without trailing zeros: "0.5", "12.3", "845". */
function significant(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return String(Number(value.toFixed(digits)))
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')

/**
 * A duration in seconds, in the unit that suits it: "85 µs", "12.3 ms", "1.24 s", "2 min 05 s", "1 h 02 min", "3 d 04 h".
 * A dash where there is none; negative durations keep their sign.
 */
export const formatDuration = (seconds: number | null): string => durationText(seconds, significant)

/**
 * A measured duration in a column: always three significant digits ("1.00 s", "20.0 ms"), so that it compares with its neighbours. Sentences and
 * settings are short: {@link formatDuration}.
 */
export const formatMeasured = (seconds: number | null): string => durationText(seconds, (value) => value.toPrecision(3))

function durationText(seconds: number | null, digits: (value: number) => string): string {
  if (seconds === null || !Number.isFinite(seconds)) return '–'
  if (seconds < 0) return `−${durationText(-seconds, digits)}`
  if (seconds === 0) return '0 ms'
  if (seconds < 0.000_999_5) return `${Math.max(1, Math.round(seconds * 1e6))} µs`
  if (seconds < 0.999_5) return `${digits(seconds * 1000)} ms`
  if (seconds < 59.95) return `${digits(seconds)} s`
  const whole = Math.round(seconds)
  const [days, hours, minutes] = [Math.floor(whole / 86_400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60]
  if (days > 0) return twoUnits(days, 'd', hours, 'h')
  if (hours > 0) return twoUnits(hours, 'h', minutes, 'min')
  return twoUnits(minutes, 'min', whole % 60, 's')
}

/** "10 min", "10 min 05 s". */
const twoUnits = (large: number, unit: string, small: number, part: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${twoDigits(small)} ${part}`

/** Seconds since the capture's first packet, for columns: "0.000", "12.345"; always three decimals, grouped. */
export function formatOffset(seconds: number): string {
  return seconds.toLocaleString('en-US', { minimumFractionDigits: 3, maximumFractionDigits: 3 })
}

/** An instant as UTC: "2026-11-22 06:24:33.204 UTC". */
export function formatInstant(base: TimeBase, at: Nanos): string {
  const time = new Date(base * 1000 + Math.floor(at / 1e6))
  return Number.isNaN(time.getTime()) ? '–' : `${time.toISOString().replace('T', ' ').replace('Z', '')} UTC`
}

/** Steps that read well on an axis of time, in seconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400]

/** The step that divides an axis of time of so many seconds into so many parts at most. */
export function timeStep(most: number, parts = 4): number {
  const wanted = most / parts
  if (!(wanted > 0)) return 1
  if (wanted > 86_400) return 86_400 * Math.ceil(wanted / 86_400)
  if (wanted > 0.5) return STEPS.find((step) => step >= wanted) ?? 86_400
  const power = 10 ** Math.floor(Math.log10(wanted))
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= wanted * 0.999_999) ?? 10)
}
