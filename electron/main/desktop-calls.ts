import { clipboard, dialog, shell, type MessagePortMain } from 'electron'
import type { ThemeChoice } from '../../shared/contract/desktop-api'
import type { CallHandlers } from './calls'
import type { EngineProcess } from './engine-process'
import { exportPdf } from './export-pdf'
import type { SettingsFile } from './settings-file'
import type { Windows } from './windows'

export interface Desktop {
  readonly engine: EngineProcess<MessagePortMain>
  readonly settings: SettingsFile
  readonly windows: Windows
  /** The capture that comes with the application. */
  readonly sample: string
  readonly noteOpened: (paths: readonly string[]) => void
  readonly setTheme: (choice: ThemeChoice) => void
}

const KEY_LOGS = ['keylog', 'keys', 'log', 'txt']
const CAPTURES = ['pcap', 'pcapng', 'cap', 'dmp', 'har', 'json', 'gz', 'zst', 'lz4']

/** What main does for the page's calls. */
export function desktopCalls({ engine, settings, windows, sample, noteOpened, setTheme }: Desktop): CallHandlers {
  /** Files we saved: the only ones a page may have shown in a folder. */
  const saved = new Set<string>()

  return {
    async chooseFiles(window) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: 'Open a capture',
        // Only macOS has a dialog for files and folders at once; elsewhere a folder can be dropped.
        properties: ['openFile', ...(process.platform === 'darwin' ? (['openDirectory'] as const) : []), 'multiSelections'],
        filters: [
          { name: 'Captures and HAR files', extensions: CAPTURES },
          { name: 'All files', extensions: ['*'] },
        ],
      })
      return canceled ? [] : filePaths
    },
    async chooseKeyLog(window) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: 'Add a key log',
        message: 'The file that SSLKEYLOGFILE named while the capture was taken.',
        properties: ['openFile'],
        filters: [
          { name: 'TLS key logs', extensions: KEY_LOGS },
          { name: 'All files', extensions: ['*'] },
        ],
      })
      return canceled ? null : (filePaths[0] ?? null)
    },
    samplePath: () => sample,
    recentFiles: () => settings.get().recent,
    noteOpened(window, paths) {
      windows.show(window, paths)
      noteOpened(paths.filter((path) => path !== sample))
    },
    openInNewWindow: (_window, paths, keylog) => void windows.open(paths, keylog),
    async exportPdf(window, audit, suggestedName) {
      const shown = windows.filesOf(window).find((path) => path !== sample)
      const file = await exportPdf({
        window,
        suggestedName,
        beside: shown ?? null,
        writeReport: (path) => engine.report(audit, 'html', path),
      })
      if (file) saved.add(file.path)
      return file
    },
    showInFolder(_window, path) {
      if (saved.has(path)) shell.showItemInFolder(path)
    },
    copyText: (_window, text) => clipboard.writeText(text),
    theme: () => settings.get().theme,
    setTheme: (_window, choice) => setTheme(choice),
    initialPaths: (window) => windows.filesOf(window),
    initialKeyLog: (window) => windows.keyLogOf(window),
  }
}
