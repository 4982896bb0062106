import { accessSync, constants, mkdirSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** `${XDG_CACHE_HOME:-~/.cache}/roundtrip`, made if missing; a private folder under the temporary one where a home cannot be written. */
export function cacheDir() {
  const preferred = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'roundtrip')
  const fallback = join(tmpdir(), `roundtrip-cache-${userInfo().uid}`)
  for (const [dir, mode] of [
    [preferred, 0o755],
    [fallback, 0o700],
  ]) {
    try {
      mkdirSync(dir, { recursive: true, mode })
      accessSync(dir, constants.W_OK)
      return dir
    } catch {
      // not writable: the next one
    }
  }
  return fallback
}
