/** The steps of `npm test`, in the order they run. */
import { readFileSync, rmSync } from 'node:fs'
import { inProject, root } from './project.mjs'
import { runForeground } from './run.mjs'
import { ensureBuilt } from './build.mjs'
import { runPlaywright } from './playwright.mjs'
import { ensureServers, mayInstallServers } from './servers.mjs'

const tool = (...parts) => inProject('node_modules', ...parts)
const prettier = tool('prettier', 'bin', 'prettier.cjs')
const eslint = tool('eslint', 'bin', 'eslint.js')
const tsc = tool('typescript', 'bin', 'tsc')
const vueTsc = tool('vue-tsc', 'bin', 'vue-tsc.js')
const depcruise = tool('dependency-cruiser', 'bin', 'dependency-cruise.mjs')
const vitest = tool('vitest', 'vitest.mjs')
const rooms = ['shared', 'electron', 'renderer', 'e2e']

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string} title
 * @property {(extra: readonly string[]) => Promise<boolean | Counts>} run false or failed > 0: the step failed
 * @property {() => boolean} [when] left out: always
 */

/** @type {readonly Step[]} */
export const steps = [
  // First, because the window's types need the theme that the build writes.
  { name: 'build', title: 'Build', run: async () => (await ensureBuilt('all', { force: true }), true) },
  { name: 'format', title: 'Format (prettier)', run: () => quietly([prettier, '--check', '--log-level', 'warn', '.']) },
  { name: 'lint', title: 'Lint (eslint, type-aware)', run: () => node([eslint, '--max-warnings', '0', '.']) },
  { name: 'types', title: 'Types: engine, store, audit, reports, command line', run: () => node([tsc, '-p', 'tsconfig.json']) },
  { name: 'types', title: 'Types: main and preload, current Electron', run: () => node([tsc, '-p', 'tsconfig.electron.json']) },
  { name: 'types', title: 'Types: main and preload, Electron 25', run: () => node([tsc, '-p', 'tsconfig.electron25.json']) },
  { name: 'types', title: 'Types: end-to-end tests', run: () => node([tsc, '-p', 'tsconfig.e2e.json']) },
  {
    name: 'types',
    title: 'Types: the window (vue-tsc)',
    run: async () => (await ensureBuilt('all'), node([vueTsc, '-p', 'tsconfig.renderer.json'])),
  },
  {
    name: 'architecture',
    title: 'Architecture (dependency-cruiser)',
    run: () => node([depcruise, '--config', '.dependency-cruiser.cjs', ...rooms]),
  },
  { name: 'servers', title: 'Servers for the live tests', run: async () => ensureServers(), when: mayInstallServers },
  { name: 'unit', title: 'Unit and conformance tests (vitest)', run: unit },
  { name: 'e2e', title: 'End-to-end tests (Playwright on the real app)', run: endToEnd },
]

const node = async (args, env = {}) =>
  (await runForeground(process.execPath, args, { cwd: root, env: { ...process.env, ...env } })) === 0

/** npm's settings in the environment make some tools warn on every run. */
const quietly = (args) => node(args, { npm_config_loglevel: 'error' })

async function unit(extra) {
  const file = inProject('test-results', 'unit.json')
  rmSync(file, { force: true })
  const ok = await node([vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...extra])
  const report = readJson(file)
  if (report === null) return false
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report
  return atLeastOneFailure(ok, { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests })
}

async function endToEnd(extra) {
  const file = inProject('test-results', 'e2e.json')
  rmSync(file, { force: true })
  const ok = await runPlaywright(['--reporter=list,json', ...extra], { env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file } })
  const stats = readJson(file)?.stats
  if (stats === undefined) return false
  return atLeastOneFailure(ok, { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped })
}

/** A run can fail though no test did: an error while loading a file, say. */
const atLeastOneFailure = (ok, counts) => (ok ? counts : { ...counts, failed: Math.max(1, counts.failed) })

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}
