import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DEFAULT_SETTINGS, readSettings, writeSettings, type Settings } from './settings'

export interface SettingsFile {
  get(): Settings
  /** Remembers the change, in memory at once and on disk if it can be written. */
  update(change: Partial<Settings>): void
}

function load(path: string): Settings {
  try {
    return readSettings(readFileSync(path, 'utf8'))
  } catch {
    return DEFAULT_SETTINGS
  }
}

/** Settings in a file, replaced whole by a rename so that a crash leaves the old or the new one, never half. */
export function settingsFile(path: string): SettingsFile {
  let settings = load(path)
  return {
    get: () => settings,
    update(change) {
      settings = { ...settings, ...change }
      try {
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(`${path}.new`, writeSettings(settings), { mode: 0o600 })
        renameSync(`${path}.new`, path)
      } catch {
        // A read-only home costs the memory between runs, not this run.
      }
    },
  }
}
