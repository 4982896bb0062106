import { basename } from 'node:path'
import type { RecentFile } from '../../shared/contract/desktop-api'

export const MAX_RECENT = 10

/** The list with these files in front, each once. */
export function withOpened(recent: readonly RecentFile[], paths: readonly string[], openedAt: number): readonly RecentFile[] {
  const fresh = [...new Set(paths)].map((path) => ({ path, name: basename(path), openedAt }))
  const rest = recent.filter(({ path }) => !paths.includes(path))
  return [...fresh, ...rest].slice(0, MAX_RECENT)
}
