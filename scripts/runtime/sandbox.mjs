/** Which command line switches Chromium needs to start on this machine. */
import { statSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../lib/run.mjs'

/** Chromium keeps shared memory in /dev/shm; a container's usual 64 MB is too little for a large page. */
const leastSharedMemory = 256 << 20

/**
 * @param {string} executable
 * @returns {{ flags: string[], notice: string | null }} the switches, and a sentence for the person if the sandbox is off
 */
export function chromiumFlags(executable) {
  if (process.platform !== 'linux') return { flags: [], notice: null }
  const flags = sharedMemory() < leastSharedMemory ? ['--disable-dev-shm-usage'] : []
  if (process.getuid() === 0) return { flags: ['--no-sandbox', ...flags], notice: null }
  if (setuidHelper(executable) || userNamespaces()) return { flags, notice: null }
  const notice =
    "Chromium's sandbox is off: this machine allows no user namespaces to normal users (a container or a hardened kernel), so Electron runs with --no-sandbox."
  return { flags: ['--no-sandbox', ...flags], notice }
}

function sharedMemory() {
  try {
    const { bsize, blocks } = statfsSync('/dev/shm')
    return bsize * blocks
  } catch {
    return 0
  }
}

function setuidHelper(executable) {
  try {
    const { uid, mode } = statSync(join(dirname(executable), 'chrome-sandbox'))
    return uid === 0 && (mode & 0o4755) === 0o4755
  } catch {
    return false
  }
}

/** A mapped user in a new namespace that may itself make a process and network namespace: what Chromium's sandbox does. */
const userNamespaces = () =>
  run('unshare', ['--user', '--map-root-user', '--pid', '--net', '--fork', 'true'], { stdio: 'ignore' }).ok
