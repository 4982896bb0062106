/** The servers and tools that the live tests work with, which a machine that runs all tests is to have. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { run } from './run.mjs'
import { say } from './say.mjs'
import { commandExists } from '../runtime/libraries.mjs'

/** Programs, and the packages of Debian that hold them. */
const PROGRAMS = {
  nginx: 'nginx',
  apache2: 'apache2',
  haproxy: 'haproxy',
  tcpdump: 'tcpdump',
  curl: 'curl',
  openssl: 'openssl',
  ip: 'iproute2',
}

/** Where daemons must not be started, this file says so (Debian's invoke-rc.d). */
const POLICY = '/usr/sbin/policy-rc.d'

const lacking = () => Object.keys(PROGRAMS).filter((program) => !commandExists(program))

/** Only where all tests are to run, unattended, and programs may be installed: a person's own machine is left as it is. */
export const mayInstallServers = () =>
  (process.env.CI ?? '') !== '' && process.platform === 'linux' && process.getuid() === 0 && commandExists('apt-get')

/**
 * Installs what lacks, without starting it.
 * @returns {import('./steps.mjs').Counts} skipped, with the reason said, where the packages cannot be had
 */
export function ensureServers() {
  const missing = lacking()
  if (missing.length === 0) return { passed: 1, failed: 0, skipped: 0 }
  const packages = missing.map((program) => PROGRAMS[program])
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const kept = existsSync(POLICY)
  try {
    if (!kept) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
    run('apt-get', ['update', '-qq'], { env })
    const { stderr } = run('apt-get', ['install', '--no-install-recommends', '-y', '-qq', ...packages], { env })
    if (lacking().length === 0) return { passed: 1, failed: 0, skipped: 0 }
    say(`Live tests are skipped: ${packages.join(', ')} could not be installed (${stderr.trim().split('\n').at(-1)}).`)
    return { passed: 0, failed: 0, skipped: 1 }
  } finally {
    if (!kept) rmSync(POLICY, { force: true })
  }
}
