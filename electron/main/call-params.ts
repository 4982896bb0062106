/** Guards for what a page asks of main: parameters come out as the contract has them, or an error goes back to the page. */
import { isAbsolute } from 'node:path'
import type { CallParams, DesktopCall } from '../../shared/contract/desktop-channels'
import { isTheme } from './settings'

const MAX_PATHS = 1000
const MAX_PATH = 4096
const MAX_COPY = 1 << 20

export class BadCall extends Error {}

function text(value: unknown, what: string, max: number): string {
  if (typeof value !== 'string' || value.length > max) throw new BadCall(`${what} must be a text of at most ${max} characters.`)
  return value
}

function path(value: unknown): string {
  const given = text(value, 'A path', MAX_PATH)
  if (!isAbsolute(given) || given.includes('\0')) throw new BadCall('A path must be absolute.')
  return given
}

function paths(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length > MAX_PATHS) throw new BadCall(`At most ${MAX_PATHS} paths at once.`)
  return value.map(path)
}

type Readers = { readonly [C in DesktopCall]: (params: readonly unknown[]) => CallParams<C> }

export const readCallParams: Readers = {
  chooseFiles: () => [],
  chooseKeyLog: () => [],
  samplePath: () => [],
  recentFiles: () => [],
  initialPaths: () => [],
  initialKeyLog: () => [],
  theme: () => [],
  noteOpened: ([opened]) => [paths(opened)],
  openInNewWindow: ([opened, keylog]) => (keylog === undefined ? [paths(opened)] : [paths(opened), path(keylog)]),
  exportPdf: ([audit, name]) => [text(audit, 'An audit', 64), text(name, 'A name', MAX_PATH)],
  showInFolder: ([shown]) => [path(shown)],
  copyText: ([copied]) => [text(copied, 'What is copied', MAX_COPY)],
  setTheme: ([choice]) => {
    if (!isTheme(choice)) throw new BadCall('A theme is "system", "light" or "dark".')
    return [choice]
  },
}
