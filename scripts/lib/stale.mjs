/** Whether a build is older than what it was made from. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inProject } from './project.mjs'

const common = ['shared', 'electron', 'package.json', 'package-lock.json', 'electron.vite.config.ts']

/** What can be built, the file that says when it was, and what it is made from. */
export const targets = {
  main: { stamp: inProject('out', '.built-main'), result: inProject('out', 'main', 'cli.cjs'), sources: common },
  all: {
    stamp: inProject('out', '.built-all'),
    result: inProject('out', 'renderer', 'index.html'),
    sources: [...common, 'renderer'],
  },
}

/** Sources are there, and so is what builds them: a checkout, not an installed package. */
export const canBuild = () => existsSync(inProject('electron')) && existsSync(inProject('node_modules', 'electron-vite'))

/** @param {keyof typeof targets} name */
export function isStale(name) {
  const { stamp, result, sources } = targets[name]
  if (!existsSync(stamp) || !existsSync(result)) return true
  const built = statSync(stamp).mtimeMs
  return sources.some((source) => changedSince(inProject(source), built))
}

/** A folder's own time tells of files added and removed. Tests are no part of a build. */
function changedSince(path, time) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined || /[.]test[.]ts$/.test(path)) return false
  if (!stat.isDirectory()) return stat.mtimeMs > time
  return stat.mtimeMs > time || readdirSync(path).some((name) => changedSince(join(path, name), time))
}
