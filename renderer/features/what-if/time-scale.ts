/** The time-out's slider: its places are spread evenly over the logarithm, from a tenth of a second, where the curve begins, to an hour, and the last is no time-out. */
const FROM = 0.1
const TO = 3600
/** The slider's last place. */
export const LAST = 160

/** @returns seconds, rounded to two digits; null for no time-out */
export function secondsAt(place: number): number | null {
  if (place >= LAST) return null
  const seconds = FROM * (TO / FROM) ** (Math.max(0, place) / (LAST - 1))
  return Number(seconds.toPrecision(2))
}

export function placeOf(seconds: number | null): number {
  if (seconds === null) return LAST
  const share = Math.log(seconds / FROM) / Math.log(TO / FROM)
  return Math.round(Math.min(1, Math.max(0, share)) * (LAST - 1))
}
