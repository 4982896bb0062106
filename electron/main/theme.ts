import { nativeTheme } from 'electron'
import type { ThemeChoice } from '../../shared/contract/desktop-api'

/** The page's own background (renderer/styles/tokens.css, --rt-shell), so that a window does not flash before it has painted. */
const BACKGROUND = { light: '#f4f4f5', dark: '#0e0f11' } as const

export const backgroundColour = (): string => (nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light)

export function applyTheme(choice: ThemeChoice): void {
  nativeTheme.themeSource = choice
}
