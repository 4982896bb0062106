/** Versions that products say in their header fields, and defaults that changed with them. */

/** @returns the first number such as "1.22.1" that the pattern's first group finds; null where the text says none. */
export function versionIn(text: string | null, pattern: RegExp): string | null {
  return text === null ? null : (pattern.exec(text)?.[1] ?? null)
}

/** By numbers, part by part: "1.9" is before "1.19.10". */
export function isBefore(version: string, other: string): boolean {
  const [a, b] = [partsOf(version), partsOf(other)]
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

const partsOf = (version: string): readonly number[] => version.split('.').map(Number)

/** The versions a default holds for: from one on, and before another. */
export interface Versions {
  readonly since?: string
  readonly before?: string
}

export const holdsFor = ({ since, before }: Versions, version: string): boolean =>
  (since === undefined || !isBefore(version, since)) && (before === undefined || isBefore(version, before))

/** "before 1.19.10", "from 26", or "" for all. */
export function versionsText({ since, before }: Versions): string {
  if (since === undefined) return before === undefined ? '' : `before ${before}`
  return before === undefined ? `from ${since}` : `from ${since}, before ${before}`
}
