/** Names that fit an axis. */

const SCHEME = /^(https?):\/\//

/** Cuts the middle out of a text that is longer than `length`: both ends of a host name tell more than its middle. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  const head = Math.ceil((length - 1) * 0.6)
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`
}

/** Origins without their scheme where all have the same one, each at most `length` characters. */
export function shortOrigins(origins: readonly string[], length = 26): string[] {
  const schemes = new Set(origins.map((origin) => SCHEME.exec(origin)?.[1] ?? ''))
  const strip = schemes.size === 1
  return origins.map((origin) => shorten(strip ? origin.replace(SCHEME, '') : origin, length))
}
