/** What a product does when nobody sets anything, in a line. */
import type { Default, VersionSeen } from './product'
import { holdsFor, versionsText } from './version'

/**
 * The defaults of the version that was seen, or those of all versions, each with those it holds for.
 *
 * @returns null where none is established
 */
export function defaultsText(defaults: readonly Default[], version: VersionSeen | null): string | null {
  const mine = version === null ? defaults : defaults.filter((d) => holdsFor(d, version.at))
  if (mine.length === 0) return null
  const changed = defaults.some((d) => versionsText(d) !== '')
  const said = mine.map((d) => `${version === null ? withVersions(d) : d.text} (${d.source})`).join('; ')
  return version !== null && changed ? `${version.text}: ${said}` : said
}

/** "keepAliveTimeout 5 s before 26". */
export function withVersions(d: Default): string {
  const versions = versionsText(d)
  return versions === '' ? d.text : `${d.text} ${versions}`
}
