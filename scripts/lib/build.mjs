import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { inProject, root } from './project.mjs'
import { run } from './run.mjs'
import { Sentence, say } from './say.mjs'
import { canBuild, isStale, targets } from './stale.mjs'
import { withLock } from './lock.mjs'

const electronVite = inProject('node_modules', 'electron-vite', 'bin', 'electron-vite.js')

/**
 * Builds what is older than its sources, in a checkout; elsewhere what is there is taken as it is.
 * @param {'main' | 'all'} name `main`: the command line and the processes without a window
 * @param {{ force?: boolean }} [options]
 */
export async function ensureBuilt(name, { force = false } = {}) {
  if (!canBuild() || (!force && !isStale(name))) return
  await withLock(inProject('out', '.build.lock'), () => {
    // Another process may have built it while this one waited.
    if (!force && !isStale(name)) return
    say(name === 'main' ? 'Building the command line …' : 'Building Roundtrip …')
    build(name)
  })
}

function build(name) {
  const started = new Date()
  const env = { ...process.env, ROUNDTRIP_BUILD: name }
  const done = run(process.execPath, [electronVite, 'build'], { cwd: root, env })
  if (!done.ok) throw new Sentence(stripVTControlCharacters(`The build failed.\n${done.stdout}${done.stderr}`).trimEnd())
  for (const built of name === 'all' ? ['all', 'main'] : ['main']) stamp(targets[built].stamp, started)
}

/** Stamped with the time the build began: what changed during it counts as newer. */
function stamp(file, time) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  utimesSync(file, time, time)
}
