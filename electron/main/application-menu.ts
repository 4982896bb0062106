import { app, Menu } from 'electron'
import type { MenuCommand, ThemeChoice } from '../../shared/contract/desktop-api'
import { notify } from './calls'
import { menuTemplate } from './menu'
import { openIn } from './open-in'
import type { SettingsFile } from './settings-file'
import { applyTheme } from './theme'
import type { Windows } from './windows'

export interface ApplicationMenu {
  /** Rebuilds the menu from the settings. */
  (): void
  /** Applies and remembers the theme, and tells every window. */
  readonly setTheme: (choice: ThemeChoice) => void
}

/** The menu that carries commands to the window the person is at. */
export function applicationMenu(windows: Windows, settings: SettingsFile): ApplicationMenu {
  const mac = process.platform === 'darwin'
  const command = (chosen: MenuCommand): void => {
    const window = windows.current()
    if (window) notify(window, 'menu', chosen)
    // macOS: the application runs on without windows.
    else windows.open([]).webContents.once('did-finish-load', () => command(chosen))
  }
  const setTheme = (choice: ThemeChoice): void => {
    settings.update({ theme: choice })
    applyTheme(choice)
    for (const window of windows.all()) notify(window, 'themeChanged', choice)
    refresh()
  }
  const refresh = (): void => {
    const { theme, recent } = settings.get()
    const template = menuTemplate(
      { mac, appName: app.getName(), theme, recent },
      {
        command,
        setTheme,
        newWindow: () => void windows.open([]),
        openRecent: (path) => openIn(windows, [path]),
        clearRecent: () => {
          app.clearRecentDocuments()
          settings.update({ recent: [] })
          refresh()
        },
        about: () => app.showAboutPanel(),
      },
    )
    Menu.setApplicationMenu(Menu.buildFromTemplate(template))
  }
  return Object.assign(refresh, { setTheme })
}
