import type { MenuItemConstructorOptions } from 'electron'
import type { MenuCommand, RecentFile, ThemeChoice } from '../../shared/contract/desktop-api'

export interface MenuState {
  readonly mac: boolean
  readonly appName: string
  readonly theme: ThemeChoice
  readonly recent: readonly RecentFile[]
}

export interface MenuActions {
  readonly command: (command: MenuCommand) => void
  readonly newWindow: () => void
  readonly openRecent: (path: string) => void
  readonly clearRecent: () => void
  readonly setTheme: (theme: ThemeChoice) => void
  readonly about: () => void
}

type Item = MenuItemConstructorOptions
const SEPARATOR: Item = { type: 'separator' }

/** A label that shows "&" as it is: in a menu a single one marks the access key. */
const literal = (label: string): string => label.replace(/&/g, '&&')

function recentMenu({ recent }: MenuState, { openRecent, clearRecent }: MenuActions): Item[] {
  if (recent.length === 0) return [{ label: 'No recent files', enabled: false }]
  return [
    ...recent.map(({ name, path }): Item => ({ label: literal(name), toolTip: path, click: () => openRecent(path) })),
    SEPARATOR,
    { label: 'Clear Menu', click: clearRecent },
  ]
}

function fileMenu(state: MenuState, actions: MenuActions): Item {
  const { command, newWindow } = actions
  return {
    label: '&File',
    submenu: [
      { label: 'New Window', accelerator: 'CmdOrCtrl+N', click: newWindow },
      SEPARATOR,
      { id: 'open', label: 'Open…', accelerator: 'CmdOrCtrl+O', click: () => command('open') },
      { label: 'Open Recent', submenu: recentMenu(state, actions) },
      { id: 'open-sample', label: 'Open Sample', click: () => command('open-sample') },
      SEPARATOR,
      { id: 'export-pdf', label: 'Export PDF…', accelerator: 'CmdOrCtrl+E', click: () => command('export-pdf') },
      SEPARATOR,
      { id: 'close-audit', label: 'Close', accelerator: 'CmdOrCtrl+W', click: () => command('close-audit') },
      { label: 'Close Window', role: 'close', accelerator: 'CmdOrCtrl+Shift+W' },
      ...(state.mac ? [] : [SEPARATOR, { role: 'quit' } as const]),
    ],
  }
}

function editMenu({ command }: MenuActions): Item {
  return {
    label: '&Edit',
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      SEPARATOR,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
      SEPARATOR,
      { id: 'find', label: 'Find…', accelerator: 'CmdOrCtrl+F', click: () => command('find') },
    ],
  }
}

function viewMenu({ theme }: MenuState, { command, setTheme }: MenuActions): Item {
  const themeItem = (choice: ThemeChoice, label: string): Item => ({
    label,
    type: 'radio',
    checked: theme === choice,
    click: () => setTheme(choice),
  })
  return {
    label: '&View',
    submenu: [
      { id: 'overview', label: 'Overview', accelerator: 'CmdOrCtrl+1', click: () => command('overview') },
      { id: 'connections', label: 'Connections', accelerator: 'CmdOrCtrl+2', click: () => command('connections') },
      { id: 'findings', label: 'Findings', accelerator: 'CmdOrCtrl+3', click: () => command('findings') },
      { id: 'costs', label: 'Costs', accelerator: 'CmdOrCtrl+4', click: () => command('costs') },
      { id: 'what-if', label: 'What If', accelerator: 'CmdOrCtrl+5', click: () => command('what-if') },
      SEPARATOR,
      { label: 'Theme', submenu: [themeItem('system', 'As the System'), themeItem('light', 'Light'), themeItem('dark', 'Dark')] },
      SEPARATOR,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'togglefullscreen' },
      SEPARATOR,
      { role: 'toggleDevTools' },
    ],
  }
}

function appMenu({ appName }: MenuState): Item {
  return {
    label: appName,
    submenu: [
      { role: 'about' },
      SEPARATOR,
      { role: 'services' },
      SEPARATOR,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      SEPARATOR,
      { role: 'quit' },
    ],
  }
}

/** The application's menu, as data. */
export function menuTemplate(state: MenuState, actions: MenuActions): Item[] {
  const help: Item = {
    role: 'help',
    label: '&Help',
    submenu: [
      { label: 'Open the Sample Capture', click: () => actions.command('open-sample') },
      ...(state.mac ? [] : [SEPARATOR, { label: `About ${state.appName}`, click: actions.about }]),
    ],
  }
  return [
    ...(state.mac ? [appMenu(state)] : []),
    fileMenu(state, actions),
    editMenu(actions),
    viewMenu(state, actions),
    ...(state.mac ? [{ role: 'windowMenu' } as const] : []),
    help,
  ]
}
