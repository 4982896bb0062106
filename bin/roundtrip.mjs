#!/usr/bin/env node
/** The command line on plain Node. In a checkout it first builds what is older than its sources. */
import { createRequire } from 'node:module'
import { ensureBuilt } from '../scripts/lib/build.mjs'
import { inProject } from '../scripts/lib/project.mjs'
import { Sentence, say } from '../scripts/lib/say.mjs'

// A reader that went away (`| head`) is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
}
process.on('SIGINT', () => process.exit(130))

try {
  await ensureBuilt('main')
  createRequire(import.meta.url)(inProject('out', 'main', 'cli.cjs'))
} catch (error) {
  if (!(error instanceof Sentence)) throw error
  say(error.message)
  process.exitCode = 2
}
