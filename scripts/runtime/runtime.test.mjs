import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cacheDir } from './cache.mjs'
import { hasDisplay, startXvfb } from './display.mjs'
import { resolveElectron } from './index.mjs'
import { commandExists, debianNames } from './libraries.mjs'
import { pinnedFits } from './npm-runtime.mjs'
import { artifactUrl, executableName } from './official.mjs'

const saved = { ...process.env }
let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'roundtrip-runtime-'))))
afterEach(() => {
  process.env = { ...saved }
  rmSync(folder, { recursive: true, force: true })
})

describe('the override', () => {
  test('is taken before anything else', async () => {
    writeFileSync(join(folder, executableName()), '')
    writeFileSync(join(folder, 'version'), 'v99.0.1\n')
    process.env.ELECTRON_OVERRIDE_DIST_PATH = folder
    const found = await resolveElectron({ quiet: true })
    expect(found).toMatchObject({ kind: 'override', version: '99.0.1', path: join(folder, executableName()) })
    expect(found.args('/app').at(-1)).toBe('/app')
  })

  test('without an Electron in it is refused in one sentence', async () => {
    process.env.ELECTRON_OVERRIDE_DIST_PATH = folder
    await expect(resolveElectron({ quiet: true })).rejects.toThrow(/ELECTRON_OVERRIDE_DIST_PATH names .* holds no/)
  })

  test('never turns the app into a plain Node', async () => {
    writeFileSync(join(folder, executableName()), '')
    process.env.ELECTRON_OVERRIDE_DIST_PATH = folder
    process.env.ELECTRON_RUN_AS_NODE = '1'
    expect((await resolveElectron({ quiet: true })).env).not.toHaveProperty('ELECTRON_RUN_AS_NODE')
  })
})

describe('the official Electron', () => {
  const name = `electron-v45.4.1-${process.platform}-${process.arch}.zip`

  test('comes from its releases', () => {
    expect(artifactUrl('45.4.1', {})).toBe(`https://github.com/electron/electron/releases/download/v45.4.1/${name}`)
  })

  test('or from the mirror that npm or the environment names', () => {
    expect(artifactUrl('45.4.1', { ELECTRON_MIRROR: 'https://mirror.test/e/' })).toBe(`https://mirror.test/e/v45.4.1/${name}`)
    expect(artifactUrl('45.4.1', { npm_config_electron_mirror: 'https://npm.test/', ELECTRON_CUSTOM_DIR: '{{ version }}' })).toBe(
      `https://npm.test/45.4.1/${name}`,
    )
  })
})

test('the development runtime is for Linux on x64', () => {
  expect([
    pinnedFits('linux', 'x64'),
    pinnedFits('linux', 'arm64'),
    pinnedFits('darwin', 'x64'),
    pinnedFits('win32', 'x64'),
  ]).toEqual([true, false, false, false])
})

test('the cache is where the XDG specification puts it, or in the temporary folder where that cannot be written', () => {
  process.env.XDG_CACHE_HOME = folder
  expect(cacheDir()).toBe(join(folder, 'roundtrip'))
  const file = join(folder, 'file')
  writeFileSync(file, '')
  process.env.XDG_CACHE_HOME = file
  expect(cacheDir().startsWith(tmpdir())).toBe(true)
})

describe('system packages', () => {
  test('have the names of the release', () => {
    expect(debianNames('ID=debian\nVERSION_ID="12"\n')).toContain('libgtk-3-0')
    expect(debianNames('ID=debian\nVERSION_ID="13"\n')).toContain('libgtk-3-0t64')
    expect(debianNames('ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"\n')).toContain('libasound2t64')
    expect(debianNames('NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="22.04"\n')).toContain('libasound2')
    expect(debianNames('NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="24.04"\n')).toContain('libatspi2.0-0t64')
  })

  test('commands are looked for along the path', () => {
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin', 'a-tool'), '')
    process.env.PATH = `${folder}:${join(folder, 'bin')}`
    expect([commandExists('a-tool'), commandExists('another-tool')]).toEqual([true, false])
  })
})

describe.runIf(process.platform === 'linux')('a display', () => {
  test('is there if the environment names one', () => {
    expect([hasDisplay({}), hasDisplay({ DISPLAY: ':0' }), hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' })]).toEqual([
      false,
      true,
      true,
    ])
  })

  test.runIf(commandExists('Xvfb'))('of its own is made and ended', async () => {
    const screen = await startXvfb()
    expect(screen.env.DISPLAY).toMatch(/^:\d+$/)
    expect(screen.env.XAUTHORITY).toContain('roundtrip-display-')
    screen.stop()
  })
})
