/** What is remembered between runs, and how a file that anyone may have edited is read. */
import { basename, isAbsolute } from 'node:path'
import type { RecentFile, ThemeChoice } from '../../shared/contract/desktop-api'
import type { Bounds, WindowPlace } from './bounds'
import { MAX_RECENT } from './recent'

export interface Settings {
  readonly theme: ThemeChoice
  readonly window: WindowPlace | null
  readonly recent: readonly RecentFile[]
}

export const DEFAULT_SETTINGS: Settings = { theme: 'system', window: null, recent: [] }

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

export const isTheme = (value: unknown): value is ThemeChoice => value === 'system' || value === 'light' || value === 'dark'

function readBounds(value: unknown): Bounds | null {
  if (!isFields(value)) return null
  const { x, y, width, height } = value
  const inRange = [x, y, width, height].every((side) => isNumber(side) && Math.abs(side) < 1e5)
  if (!inRange || !isNumber(x) || !isNumber(y) || !isNumber(width) || !isNumber(height) || width <= 0 || height <= 0) return null
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) }
}

function readWindow(value: unknown): WindowPlace | null {
  if (!isFields(value)) return null
  const bounds = readBounds(value.bounds)
  return bounds === null ? null : { bounds, maximized: value.maximized === true }
}

function readRecent(value: unknown): readonly RecentFile[] {
  if (!Array.isArray(value)) return []
  return value
    .flatMap((entry: unknown) => {
      if (!isFields(entry)) return []
      const { path, openedAt } = entry
      if (typeof path !== 'string' || !isAbsolute(path) || path.length > 4096 || path.includes('\0')) return []
      return [{ path, name: basename(path), openedAt: isNumber(openedAt) ? openedAt : 0 }]
    })
    .slice(0, MAX_RECENT)
}

/** Settings from a file's text. What cannot be understood is replaced by its default; nothing throws. */
export function readSettings(text: string): Settings {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return DEFAULT_SETTINGS
  }
  if (!isFields(value)) return DEFAULT_SETTINGS
  const { theme, window, recent } = value
  return { theme: isTheme(theme) ? theme : 'system', window: readWindow(window), recent: readRecent(recent) }
}

export const writeSettings = (settings: Settings): string => `${JSON.stringify(settings, null, 2)}\n`
