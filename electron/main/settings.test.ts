import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAX_RECENT, withOpened } from './recent'
import { DEFAULT_SETTINGS, readSettings, writeSettings, type Settings } from './settings'
import { settingsFile } from './settings-file'

const full: Settings = {
  theme: 'dark',
  window: { bounds: { x: -5, y: 20, width: 1300, height: 900 }, maximized: true },
  recent: [{ path: '/captures/shop.pcap', name: 'shop.pcap', openedAt: 1_795_325_139_000 }],
}

describe('settings as text', () => {
  it('come back as they were', () => expect(readSettings(writeSettings(full))).toEqual(full))

  it.each(['', '{', 'null', '[]', '3', '"dark"', '{"theme":', '\0\0\0'])('are the defaults for %j', (text) =>
    expect(readSettings(text)).toEqual(DEFAULT_SETTINGS),
  )

  it('keep what is sound beside what is not', () => {
    const text = JSON.stringify({
      theme: 'purple',
      window: { bounds: { x: 0, y: 'left', width: 1, height: 1 } },
      recent: [
        null,
        { path: 'relative.pcap' },
        { path: 7 },
        { path: '/ok.pcap', name: 'a lie', openedAt: 'yesterday' },
        { path: '/a\0b' },
      ],
      unknown: true,
    })
    expect(readSettings(text)).toEqual({
      theme: 'system',
      window: null,
      recent: [{ path: '/ok.pcap', name: 'ok.pcap', openedAt: 0 }],
    })
  })

  it.each([
    { x: 0, y: 0, width: 0, height: 10 },
    { x: 1e9, y: 0, width: 10, height: 10 },
    { x: null, y: 0, width: 10, height: 10 },
  ])('know no window at %j', (bounds) => expect(readSettings(JSON.stringify({ window: { bounds } })).window).toBeNull())

  it('hold a bounded list of files', () => {
    const recent = Array.from({ length: 500 }, (_, at) => ({ path: `/captures/${at}.pcap`, openedAt: at }))
    expect(readSettings(JSON.stringify({ recent })).recent).toHaveLength(MAX_RECENT)
  })
})

describe('the settings file', () => {
  let folder = ''
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'roundtrip-settings-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('starts from the defaults, in a folder that is not there yet', () => {
    const path = join(folder, 'new', 'settings.json')
    const settings = settingsFile(path)
    expect(settings.get()).toEqual(DEFAULT_SETTINGS)
    settings.update({ theme: 'light' })
    expect(settingsFile(path).get().theme).toBe('light')
  })

  it('replaces a broken file at the next change', () => {
    const path = join(folder, 'settings.json')
    writeFileSync(path, '{"theme": "dark", "recent": [')
    settingsFile(path).update({ recent: full.recent })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ theme: 'system', window: null, recent: full.recent })
  })

  it('lives on when it cannot be written', () => {
    const settings = settingsFile(join(folder, 'settings.json', '\0'))
    settings.update({ theme: 'dark' })
    expect(settings.get().theme).toBe('dark')
  })
})

describe('recent files', () => {
  it('puts what was opened in front, once', () => {
    const list = withOpened(withOpened([], ['/a', '/b', '/a'], 1), ['/b'], 2)
    expect(list.map(({ path, openedAt }) => [path, openedAt])).toEqual([
      ['/b', 2],
      ['/a', 1],
    ])
  })

  it('forgets the oldest', () => {
    let list = withOpened([], ['/first'], 0)
    for (let at = 1; at <= MAX_RECENT; at++) list = withOpened(list, [`/${at}`], at)
    expect(list).toHaveLength(MAX_RECENT)
    expect(list.some(({ path }) => path === '/first')).toBe(false)
  })
})
