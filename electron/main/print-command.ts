import { existsSync, mkdtempSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'
import { lockEveryPage, lockNames } from './lockdown'
import { printPage } from './print'
import { sentenceOf } from './sentence'

async function print(html: string, pdf: string): Promise<void> {
  if (!existsSync(html)) throw new Error(`There is no file ${html}.`)
  await writeFile(pdf, await printPage(html))
}

/** `--print-html=IN --print-pdf=OUT`: prints without a visible window and quits, status 0, or 1 with one sentence on stderr. */
export async function runPrintCommand(html: string, pdf: string): Promise<void> {
  // A profile of its own: one that a running window uses is locked.
  const profile = mkdtempSync(join(tmpdir(), 'roundtrip-print-'))
  app.setPath('userData', profile)
  lockNames(app)
  lockEveryPage(app, () => false)
  app.on('window-all-closed', () => undefined)
  let status = 0
  try {
    await app.whenReady()
    app.dock?.hide()
    await print(html, pdf)
  } catch (thrown) {
    status = 1
    process.stderr.write(`The PDF could not be printed: ${sentenceOf(thrown)}\n`)
  }
  await rm(profile, { recursive: true, force: true }).catch(() => undefined)
  app.exit(status)
}
