import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import { MINIMUM_SIZE, openingBounds } from './bounds'
import { windowTitle } from './file-name'
import type { SettingsFile } from './settings-file'
import { backgroundColour } from './theme'

interface State {
  /** What the window was opened with, then what it shows. */
  files: readonly string[]
  /** The TLS key log to read them with: its path, and only until they are shown. */
  keylog: string | null
  /** Its page listens: files can be sent to it. */
  listening: boolean
}

export interface Windows {
  open(files: readonly string[], keylog?: string): BrowserWindow
  all(): readonly BrowserWindow[]
  /** The window the person is at, or was last. */
  current(): BrowserWindow | null
  filesOf(window: BrowserWindow): readonly string[]
  keyLogOf(window: BrowserWindow): string | null
  show(window: BrowserWindow, files: readonly string[]): void
  setListening(window: BrowserWindow): void
  /** A window without a file that could take one: its page listens already, or will ask. */
  vacant(): { readonly window: BrowserWindow; readonly listening: boolean } | null
}

export interface WindowsOptions {
  readonly settings: SettingsFile
  readonly preload: string
  readonly page: string
  readonly onClosed: (window: BrowserWindow) => void
}

/** How far a further window is set off from the one before, in device-independent pixels. */
const CASCADE = 28
const MAX_RELOADS = 3

export function createWindows({ settings, preload, page, onClosed }: WindowsOptions): Windows {
  const states = new Map<BrowserWindow, State>()
  let last: BrowserWindow | null = null

  function place(): ReturnType<typeof openingBounds> {
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea)
    const { window: saved } = settings.get()
    const beside = last === null ? null : last.getNormalBounds()
    const wanted = beside === null ? (saved?.bounds ?? null) : { ...beside, x: beside.x + CASCADE, y: beside.y + CASCADE }
    return openingBounds(wanted, areas)
  }

  function make(): BrowserWindow {
    return new BrowserWindow({
      ...place(),
      minWidth: MINIMUM_SIZE.width,
      minHeight: MINIMUM_SIZE.height,
      show: false,
      title: app.getName(),
      backgroundColor: backgroundColour(),
      webPreferences: {
        preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        // Chromium would fetch dictionaries.
        spellcheck: false,
        navigateOnDragDrop: false,
      },
    })
  }

  function remember(window: BrowserWindow): void {
    if (window.isMinimized() || window.isFullScreen()) return
    settings.update({ window: { bounds: window.getNormalBounds(), maximized: window.isMaximized() } })
  }

  function reloadAfterCrash(window: BrowserWindow): void {
    let reloads = 0
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit' || reloads >= MAX_RELOADS || window.isDestroyed()) return
      reloads += 1
      window.webContents.reload()
    })
  }

  function open(files: readonly string[], keylog?: string): BrowserWindow {
    const first = last === null
    const window = make()
    states.set(window, { files, keylog: keylog ?? null, listening: false })
    last = window
    if (first && settings.get().window?.maximized === true) window.maximize()
    window.setTitle(windowTitle(files, app.getName()))
    // The title names the files; the page's own title is the same for all.
    window.on('page-title-updated', (event) => event.preventDefault())
    window.once('ready-to-show', () => window.show())
    window.on('focus', () => (last = window))
    window.on('close', () => remember(window))
    window.on('closed', () => {
      states.delete(window)
      if (last === window) last = [...states.keys()].pop() ?? null
      onClosed(window)
    })
    window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      const state = states.get(window)
      if (isMainFrame && !isSameDocument && state) state.listening = false
    })
    reloadAfterCrash(window)
    // A page that cannot be loaded shows in the window; there is nothing else to do about it.
    window
      .loadURL(page)
      .catch((thrown: unknown) => process.stderr.write(`The window's page could not be loaded: ${String(thrown)}\n`))
    return window
  }

  nativeTheme.on('updated', () => {
    for (const window of states.keys()) window.setBackgroundColor(backgroundColour())
  })

  return {
    open,
    all: () => [...states.keys()],
    current: () => last,
    filesOf: (window) => states.get(window)?.files ?? [],
    keyLogOf: (window) => states.get(window)?.keylog ?? null,
    show(window, files) {
      const state = states.get(window)
      if (state) Object.assign(state, { files, keylog: null })
      window.setTitle(windowTitle(files, app.getName()))
    },
    setListening(window) {
      const state = states.get(window)
      if (state) state.listening = true
    },
    vacant() {
      for (const [window, { files, listening }] of states) if (files.length === 0) return { window, listening }
      return null
    },
  }
}
