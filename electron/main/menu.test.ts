import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import { menuTemplate, type MenuActions, type MenuState } from './menu'

const state: MenuState = {
  mac: false,
  appName: 'Roundtrip',
  theme: 'dark',
  recent: [{ path: '/captures/a&b.pcap', name: 'a&b.pcap', openedAt: 1 }],
}

function recording(): { log: string[]; actions: MenuActions } {
  const log: string[] = []
  const note = (entry: string) => () => void log.push(entry)
  return {
    log,
    actions: {
      command: (command) => log.push(command),
      newWindow: note('new'),
      openRecent: (path) => log.push(path),
      clearRecent: note('clear'),
      setTheme: (theme) => log.push(theme),
      about: note('about'),
    },
  }
}

function items(template: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])])
}

const click = (item: MenuItemConstructorOptions | undefined): void => (item?.click as (() => void) | undefined)?.()

describe('the menu', () => {
  it('sends every command of the contract', () => {
    const { log, actions } = recording()
    for (const item of items(menuTemplate(state, actions))) if (item.id !== undefined) click(item)
    expect(log.sort()).toEqual(
      [
        'close-audit',
        'connections',
        'costs',
        'export-pdf',
        'find',
        'findings',
        'open',
        'open-sample',
        'overview',
        'what-if',
      ].sort(),
    )
  })

  it('lists recent files as they are named', () => {
    const { log, actions } = recording()
    const entry = items(menuTemplate(state, actions)).find(({ toolTip }) => toolTip === '/captures/a&b.pcap')
    expect(entry?.label).toBe('a&&b.pcap')
    click(entry)
    expect(log).toEqual(['/captures/a&b.pcap'])
    const empty = items(menuTemplate({ ...state, recent: [] }, actions))
    expect(empty.some(({ label, enabled }) => label === 'No recent files' && enabled === false)).toBe(true)
  })

  it('marks the chosen theme', () => {
    const themes = items(menuTemplate(state, recording().actions)).filter(({ type }) => type === 'radio')
    expect(themes.map(({ label, checked }) => [label, checked])).toEqual([
      ['As the System', false],
      ['Light', false],
      ['Dark', true],
    ])
  })

  it('gives no accelerator twice', () => {
    const keys = items(menuTemplate(state, recording().actions)).flatMap(({ accelerator }) => (accelerator ? [accelerator] : []))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('has the application menu and no Quit under File on macOS', () => {
    const template = menuTemplate({ ...state, mac: true }, recording().actions)
    expect(template.map(({ label, role }) => label ?? role)).toEqual([
      'Roundtrip',
      '&File',
      '&Edit',
      '&View',
      'windowMenu',
      '&Help',
    ])
    expect(items(template).filter(({ role }) => role === 'quit')).toHaveLength(1)
  })
})
