/** Which Electron runs the app here: the override, the official one, or the pinned development runtime. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Sentence, say } from '../lib/say.mjs'
import { npmElectron, pinnedFits } from './npm-runtime.mjs'
import { executableName, officialElectron } from './official.mjs'
import { chromiumFlags } from './sandbox.mjs'

export { hasDisplay, startXvfb } from './display.mjs'
export { ensureLibraries } from './libraries.mjs'

/**
 * @typedef {object} ElectronRuntime
 * @property {string} path the executable
 * @property {'override' | 'official' | 'npm'} kind
 * @property {string} version '' if an override does not tell
 * @property {(appDir: string) => string[]} args the switches this machine needs, and the app's folder
 * @property {NodeJS.ProcessEnv} env the environment to start it with
 */

/**
 * Finds an Electron, fetching one if need be, and says on stderr which it is.
 * @param {{ quiet?: boolean }} [options] quiet: say only what is out of the ordinary
 * @returns {Promise<ElectronRuntime>}
 */
export async function resolveElectron({ quiet = false } = {}) {
  const { notice, ...found } = await find()
  if (!quiet) say(notice)
  const sandbox = chromiumFlags(found.path)
  if (sandbox.notice !== null) say(sandbox.notice)
  return { ...found, args: (appDir) => [...sandbox.flags, appDir], env: environment() }
}

async function find() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override) return overridden(resolve(override))
  const official = await officialElectron()
  if ('path' in official) return { ...official, kind: 'official', notice: `Runtime: official Electron ${official.version}.` }
  if (!pinnedFits())
    throw new Sentence(`There is no Electron to run: ${official.why}, and the development runtime is for Linux on x64 only.`)
  const npm = await npmElectron()
  return {
    ...npm,
    kind: 'npm',
    notice: `Runtime: development runtime Electron ${npm.version} from npm, because ${official.why}.`,
  }
}

function overridden(dist) {
  const path = join(dist, executableName())
  if (!existsSync(path)) throw new Sentence(`ELECTRON_OVERRIDE_DIST_PATH names ${dist}, which holds no ${executableName()}.`)
  const file = join(dist, 'version')
  const version = existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : ''
  return {
    path,
    version,
    kind: 'override',
    notice: `Runtime: Electron ${version} from ELECTRON_OVERRIDE_DIST_PATH.`.replace('  ', ' '),
  }
}

function environment() {
  const env = { ...process.env }
  // Would turn the executable into a plain Node.
  delete env.ELECTRON_RUN_AS_NODE
  return env
}
