/** Runs Playwright with the Electron that this machine has, on a display of its own where there is none. */
import { dirname } from 'node:path'
import { ensureLibraries, hasDisplay, resolveElectron, startXvfb } from '../runtime/index.mjs'
import { ensureBuilt } from './build.mjs'
import { inProject, root } from './project.mjs'
import { runForeground } from './run.mjs'

const cli = inProject('node_modules', '@playwright', 'test', 'cli.js')

/**
 * @param {readonly string[]} args arguments after `playwright test`
 * @param {{ config?: string, env?: NodeJS.ProcessEnv }} [options] a configuration in e2e/, and environment variables to add
 * @returns {Promise<boolean>} whether every test passed
 */
export async function runPlaywright(args, { config = 'playwright.config.ts', env: extra = {} } = {}) {
  await ensureBuilt('all')
  const electron = await resolveElectron()
  const display = hasDisplay()
  ensureLibraries(electron.path, { display: !display })
  const screen = display ? null : await startXvfb()
  try {
    const switches = [...(screen === null ? [] : ['--disable-gpu']), ...electron.args(root).slice(0, -1)]
    const env = { ...electron.env, ...screen?.env, ...extra, ROUNDTRIP_E2E_SWITCHES: switches.join(' ') }
    // Playwright asks the electron package for the executable, and the package asks this variable.
    if (electron.kind !== 'official') env.ELECTRON_OVERRIDE_DIST_PATH = dirname(electron.path)
    const status = await runForeground(process.execPath, [cli, 'test', '-c', inProject('e2e', config), ...args], {
      cwd: root,
      env,
    })
    return status === 0
  } finally {
    screen?.stop()
  }
}
