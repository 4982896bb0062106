/** The composition root: makes the parts and connects them. What each does is in its own file. */
import { join } from 'node:path'
import { app, MessageChannelMain, session, type BrowserWindow, type MessagePortMain } from 'electron'
import { ENGINE_PORT_CHANNEL } from '../../shared/contract/desktop-channels'
import { applicationMenu } from './application-menu'
import { APP_PAGE } from './asset-path'
import { registerAppScheme, serveApp } from './app-protocol'
import { handleCalls, notify, onEnginePortRequest } from './calls'
import { desktopCalls } from './desktop-calls'
import { engineProcess, type EngineClient, type EngineProcess } from './engine-process'
import { lockEveryPage, lockNames, lockSession } from './lockdown'
import { takeFiles } from './open-files'
import { openIn } from './open-in'
import { forkEngine } from './fork-engine'
import { homeOf, isAllowedRequest, isOwnPage } from './policy'
import { withOpened } from './recent'
import { settingsFile } from './settings-file'
import { applyTheme } from './theme'
import { createWindows } from './windows'

export interface ApplicationOptions {
  /** Absolute paths from the command line. */
  readonly files: readonly string[]
  readonly host: string
  readonly preload: string
  /** Folder of the built window. */
  readonly renderer: string
  readonly sample: string
}

/** Opens the windows and runs until the last is closed; hands its files to an instance that already runs. */
export function runApplication(options: ApplicationOptions): void {
  const files = takeFiles(app, options.files)
  if (files === null) return app.quit()

  const home = homeOf(process.env.ELECTRON_RENDERER_URL, app.isPackaged)
  const ownPage = (url: string): boolean => isOwnPage(url, home)
  registerAppScheme()
  if (home.devServer === null) lockNames(app)
  lockEveryPage(app, ownPage)

  const settings = settingsFile(join(app.getPath('userData'), 'settings.json'))
  applyTheme(settings.get().theme)
  const engine = startEngine(options.host)
  const clients = new Map<BrowserWindow, EngineClient<MessagePortMain>>()
  const windows = createWindows({
    settings,
    preload: options.preload,
    page: home.devServer?.href ?? APP_PAGE,
    onClosed(window) {
      const client = clients.get(window)
      clients.delete(window)
      if (client) engine.disconnect(client)
    },
  })

  onEnginePortRequest((window) => {
    const client = clients.get(window) ?? engineClient(window)
    clients.set(window, client)
    windows.setListening(window)
    engine.connect(client)
  }, ownPage)

  const refreshMenu = applicationMenu(windows, settings)
  const noteOpened = (paths: readonly string[]): void => {
    for (const path of paths) app.addRecentDocument(path)
    settings.update({ recent: withOpened(settings.get().recent, paths, Date.now()) })
    refreshMenu()
  }
  handleCalls(
    desktopCalls({ engine, settings, windows, sample: options.sample, noteOpened, setTheme: refreshMenu.setTheme }),
    ownPage,
  )

  files.onMore((paths) => {
    openIn(windows, paths)
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('activate', () => {
    if (windows.all().length === 0) windows.open([])
  })
  stopEngineBeforeQuit(engine)

  void app.whenReady().then(() => {
    lockSession(session.defaultSession, (url) => isAllowedRequest(url, home))
    if (home.devServer === null) serveApp(session.defaultSession, options.renderer)
    refreshMenu()
    windows.open(files.first())
  })
}

function startEngine(host: string): EngineProcess<MessagePortMain> {
  return engineProcess<MessagePortMain>({
    fork: () => forkEngine(host),
    channel: () => new MessageChannelMain(),
    now: () => performance.now(),
    later: (run, ms) => void setTimeout(run, ms).unref(),
  })
}

function engineClient(window: BrowserWindow): EngineClient<MessagePortMain> {
  return {
    receive: (port) => {
      if (window.isDestroyed()) port.close()
      else window.webContents.postMessage(ENGINE_PORT_CHANNEL, null, [port])
    },
    lost: (reason) => notify(window, 'engineRestarted', reason),
  }
}

/** The engine closes its audits, and deletes their files, before the application is gone. */
function stopEngineBeforeQuit(engine: EngineProcess<MessagePortMain>): void {
  let stopped = false
  app.on('will-quit', (event) => {
    if (stopped) return
    event.preventDefault()
    stopped = true
    // Not in the same turn: a second quit inside the first one's event is swallowed.
    void engine.stop().then(() => setImmediate(() => app.quit()))
  })
}
