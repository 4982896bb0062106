/**
 * `npm start [-- FILE…]`: opens the window on the sample or on FILE; where there is no display, writes the audit instead:
 * text on stdout and a PDF in the current folder.
 */
import { accessSync, constants, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runApp } from './lib/electron-app.mjs'
import { ensureBuilt } from './lib/build.mjs'
import { inProject } from './lib/project.mjs'
import { runForeground } from './lib/run.mjs'
import { Sentence, runMain, say } from './lib/say.mjs'
import { hasDisplay } from './runtime/index.mjs'

const sample = inProject('samples', 'shop.pcapng')

await runMain(async () => {
  // npm runs scripts in the project's folder; the person's paths count from where they are.
  const here = process.env.INIT_CWD ?? process.cwd()
  const given = process.argv.slice(2).map((path) => resolve(here, path))
  const missing = given.find((path) => !existsSync(path))
  if (missing !== undefined) throw new Sentence(`There is no file ${missing}.`)
  const files = given.length > 0 ? given : [sample]

  if (hasDisplay()) return runApp(files)
  await ensureBuilt('all')
  say(
    `There is no display here, so this is the audit of ${given.length > 0 ? given.join(', ') : 'the sample, samples/shop.pcapng'} as text.`,
  )
  const text = await roundtrip(['audit', ...files])
  if (text !== 0) return text
  const pdf = join(writable(here) ? here : tmpdir(), 'roundtrip-audit.pdf')
  const printed = await roundtrip(['audit', ...files, '--format', 'pdf', '--out', pdf])
  if (printed === 0) say(`The same as a PDF: ${pdf}`)
  return printed
})

function roundtrip(args) {
  return runForeground(process.execPath, [inProject('bin', 'roundtrip.mjs'), ...args])
}

function writable(folder) {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
