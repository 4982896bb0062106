/** A process that lived this long was well: its next death is a new story. */
export const WELL_AFTER_MS = 30_000
/** Deaths in a row after which starting it again is left to the person. */
export const MAX_DEATHS = 5

/** Milliseconds to wait before the next start, after so many deaths in a row; null: no more. */
export function backoff(deaths: number): number | null {
  if (deaths >= MAX_DEATHS) return null
  return Math.min(10_000, 250 * 2 ** Math.max(0, deaths - 1))
}

/** Deaths in a row, after one more. */
export const deathsAfter = (before: number, livedMs: number): number => (livedMs >= WELL_AFTER_MS ? 1 : before + 1)
