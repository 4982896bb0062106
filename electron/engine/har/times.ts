/** HAR's times: ISO 8601 texts and millisecond durations. */

const FRACTION = /\.(\d+)(?=[Zz+-]|$)/

/** Milliseconds since 1970 with their fraction, which Date.parse cuts off; null if the text is no time. */
export function parseInstant(text: string): number | null {
  const fraction = FRACTION.exec(text)?.[1]
  const whole = Date.parse(fraction === undefined ? text : text.replace(FRACTION, ''))
  if (Number.isNaN(whole)) return null
  return fraction === undefined ? whole : whole + Number(`0.${fraction}`) * 1000
}

/** Thirty years in milliseconds: what is longer is no duration of a request. */
const LONGEST_DURATION = 1e12

/** A duration that applies, or null: exporters write −1 (or any negative number, or nothing) for one that does not. */
export const durationOrNull = (value: unknown): number | null =>
  typeof value === 'number' && value >= 0 && value <= LONGEST_DURATION ? value : null
