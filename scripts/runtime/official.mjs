/** The official Electron: the binary that the `electron` package fetches on its first use. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from '../lib/project.mjs'
import { run } from '../lib/run.mjs'
import { say } from '../lib/say.mjs'
import { cacheDir } from './cache.mjs'

const releases = 'https://github.com/electron/electron/releases/download/'
const reachWithinMs = 4_000
const downloadWithinMs = 15 * 60_000
const rememberMs = 60 * 60_000

/** The installed `electron` package: its folder, version and the name of its executable. */
function installedPackage() {
  try {
    const manifest = createRequire(join(root, 'package.json')).resolve('electron/package.json')
    return { dir: dirname(manifest), version: JSON.parse(readFileSync(manifest, 'utf8')).version }
  } catch {
    return null
  }
}

export function executableName(platform = process.platform) {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return platform === 'win32' ? 'electron.exe' : 'electron'
}

/** The binary, if it was downloaded whole before: the package writes path.txt last. */
function downloaded({ dir, version }) {
  const path = join(dir, 'dist', executableName())
  try {
    const found = readFileSync(join(dir, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '')
    return found === version && existsSync(join(dir, 'path.txt')) && existsSync(path) ? path : null
  } catch {
    return null
  }
}

/** The address the package would fetch, mirrors as its documentation names them included. */
export function artifactUrl(version, env = process.env) {
  const base = env.npm_config_electron_mirror || env.NPM_CONFIG_ELECTRON_MIRROR || env.ELECTRON_MIRROR || releases
  const folder = env.npm_config_electron_custom_dir || env.ELECTRON_CUSTOM_DIR || `v${version}`
  return `${base}${folder.replace('{{ version }}', version)}/electron-v${version}-${process.platform}-${process.arch}.zip`
}

/** Null if the address answers; else why not, in a few words. A refusal is remembered for an hour, so that starts stay quick. */
async function whyUnreachable(url) {
  const note = join(cacheDir(), 'official-unreachable.json')
  try {
    const noted = JSON.parse(readFileSync(note, 'utf8'))
    if (noted.url === url && Date.now() - noted.at < rememberMs && Date.now() >= noted.at) return noted.why
  } catch {
    // nothing noted
  }
  const why = await tryReach(url)
  if (why !== null) {
    try {
      writeFileSync(note, JSON.stringify({ url, at: Date.now(), why }))
    } catch {
      // without the note the next start asks again
    }
  }
  return why
}

async function tryReach(url) {
  const { host } = new URL(url)
  try {
    const answer = await fetch(url, { method: 'HEAD', redirect: 'follow', signal: AbortSignal.timeout(reachWithinMs) })
    return answer.ok ? null : `${host} answered ${answer.status}`
  } catch {
    return `${host} could not be reached`
  }
}

/**
 * Finds the official Electron, downloading it if its host can be reached.
 * @returns {Promise<{ path: string, version: string } | { why: string }>}
 */
export async function officialElectron() {
  const electron = installedPackage()
  if (electron === null) return { why: 'the electron package is not installed' }
  const { dir, version } = electron
  const before = downloaded(electron)
  if (before !== null) return { path: before, version }
  const why = await whyUnreachable(artifactUrl(version))
  if (why !== null) return { why }
  say(`Downloading the official Electron ${version} (about 120 MB, once).`)
  // The package's installer verifies the archive against the checksums the package carries.
  const install = run(process.execPath, ['--no-warnings', join(dir, 'install.js')], { cwd: root, timeout: downloadWithinMs })
  const path = downloaded(electron)
  if (install.ok && path !== null) return { path, version }
  return { why: `the download failed (${install.stderr.trim().split('\n')[0] || 'no reason given'})` }
}
