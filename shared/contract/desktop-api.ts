/** What the preload puts on `window.roundtrip`: everything a window may ask of the desktop. */
import type { AuditId } from './engine-api'

export interface RecentFile {
  readonly path: string
  readonly name: string
  /** Milliseconds since 1970. */
  readonly openedAt: number
}

export type ThemeChoice = 'system' | 'light' | 'dark'

/** Commands from the application's menu. */
export type MenuCommand =
  'open' | 'open-sample' | 'export-pdf' | 'close-audit' | 'find' | 'overview' | 'connections' | 'findings' | 'costs' | 'what-if'

export interface SavedFile {
  readonly path: string
}

export interface DesktopApi {
  readonly platform: string
  readonly version: { readonly app: string; readonly electron: string; readonly chromium: string }
  /**
   * Resolves once the engine's port has been handed to the page: it arrives as a `message` event on `window` with
   * `data === 'roundtrip:engine-port'` and one port. Sent again after the engine was restarted.
   */
  requestEnginePort(): void
  /** The path of a file that was dropped; '' if it has none. */
  pathForFile(file: File): string
  /** Shows the Open dialog. Empty if it was cancelled. */
  chooseFiles(): Promise<readonly string[]>
  /** Shows the dialog for a TLS key log. Null if it was cancelled. */
  chooseKeyLog(): Promise<string | null>
  samplePath(): Promise<string>
  recentFiles(): Promise<readonly RecentFile[]>
  noteOpened(paths: readonly string[]): Promise<void>
  /** @param keylog a TLS key log to read them with */
  openInNewWindow(paths: readonly string[], keylog?: string): Promise<void>
  /** Asks where, prints the audit's report, saves it. Null if cancelled. */
  exportPdf(audit: AuditId, suggestedName: string): Promise<SavedFile | null>
  showInFolder(path: string): Promise<void>
  copyText(text: string): Promise<void>
  theme(): Promise<ThemeChoice>
  setTheme(choice: ThemeChoice): Promise<void>
  /** The paths this window was opened with. */
  initialPaths(): Promise<readonly string[]>
  /** The TLS key log this window was opened with. */
  initialKeyLog(): Promise<string | null>
  onOpenPaths(listener: (paths: readonly string[]) => void): () => void
  onMenu(listener: (command: MenuCommand) => void): () => void
  /** The theme was chosen elsewhere: from the menu or in another window. */
  onThemeChanged(listener: (choice: ThemeChoice) => void): () => void
  onEngineRestarted(listener: (reason: string) => void): () => void
}
