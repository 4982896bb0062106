/** `node scripts/print-pdf.mjs IN.html OUT.pdf`: prints a report page with Electron, on a display of its own where there is none. */
import { existsSync, rmSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { runApp } from './lib/electron-app.mjs'
import { Sentence, runMain } from './lib/say.mjs'

await runMain(async () => {
  const [from, to] = process.argv.slice(2)
  if (from === undefined || to === undefined) throw new Sentence('Usage: node scripts/print-pdf.mjs IN.html OUT.pdf')
  const html = resolve(from)
  const pdf = resolve(to)
  if (!existsSync(html)) throw new Sentence(`There is no file ${html}.`)
  rmSync(pdf, { force: true })
  const status = await runApp([`--print-html=${html}`, `--print-pdf=${pdf}`])
  if (status !== 0 || !existsSync(pdf) || statSync(pdf).size === 0)
    throw new Sentence(`The PDF could not be printed (Electron ended with status ${status}).`)
})
