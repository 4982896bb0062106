/** The system libraries Electron needs on Debian and its relatives. */
import { existsSync, readFileSync } from 'node:fs'
import { run } from '../lib/run.mjs'
import { Sentence, say } from '../lib/say.mjs'

/** Debian's packages; those with `t64` are called so from Debian 13 and Ubuntu 24.04 on. */
const libraryPackages = [
  ['libgtk-3-0', 't64'],
  ['libnss3'],
  ['libasound2', 't64'],
  ['libgbm1'],
  ['libxss1'],
  ['libxtst6'],
  ['libatspi2.0-0', 't64'],
  ['libnotify4'],
  ['libsecret-1-0'],
]

/** @returns {string[]} the shared libraries the executable cannot find */
export function missingLibraries(executable) {
  if (process.platform !== 'linux') return []
  const { stdout } = run('ldd', [executable])
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1])
}

export const commandExists = (name) =>
  (process.env.PATH ?? '').split(':').some((dir) => dir !== '' && existsSync(`${dir}/${name}`))

/**
 * Makes sure of the libraries and, where a display has to be made, of Xvfb: installs them when root on Debian, else says how.
 * @param {string} executable
 * @param {{ display: boolean }} needs `display`: an X server has to be started
 */
export function ensureLibraries(executable, needs) {
  if (process.platform !== 'linux') return
  const lacking = () => [...missingLibraries(executable), ...(needs.display && !commandExists('Xvfb') ? ['Xvfb'] : [])]
  const missing = lacking()
  if (missing.length === 0) return

  const packages = [
    ...(missing.some((name) => name !== 'Xvfb') ? debianNames(osRelease()) : []),
    ...(missing.includes('Xvfb') ? ['xvfb'] : []),
  ]
  const command = `apt-get install --no-install-recommends -y ${packages.join(' ')}`
  const what = `${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}`
  if (!commandExists('apt-get'))
    throw new Sentence(`Electron needs system libraries that are missing here: ${missing.join(', ')}.`)
  if (process.getuid() !== 0)
    throw new Sentence(`Electron needs system packages that are missing here (${what}): sudo ${command}`)

  say(`Installing system packages that Electron needs (${what}): ${command}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', ['update', '-qq'], { env })
  const installed = run('apt-get', [...command.split(' ').slice(1), '-qq'], { env })
  if (!installed.ok || lacking().length > 0)
    throw new Sentence(`The packages could not be installed (${installed.stderr.trim().split('\n').at(-1)}); run: ${command}`)
}

/** @param {string} release the text of /etc/os-release */
export function debianNames(release) {
  const id = /^ID="?([\w.]+)/m.exec(release)?.[1]
  // Debian's testing and unstable name no version.
  const version = Number(/^VERSION_ID="?([\d.]+)/m.exec(release)?.[1] ?? Number.POSITIVE_INFINITY)
  const time64 = version >= (id === 'ubuntu' ? 24.04 : 13)
  return libraryPackages.map(([name, suffix]) => (time64 && suffix !== undefined ? `${name}${suffix}` : name))
}

function osRelease() {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}
