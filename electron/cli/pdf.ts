/** The report as a PDF: Chromium's printing, from the runtime that the window uses. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { writeFile, type Pieces } from './output'
import { Problem } from './problem'
import { discard, temporary } from './temporary'

const HTML_INSTEAD = 'Use --format html, which needs no Electron, and print it from a browser.'

/** The printing script of the installation that `from` is a folder of; null where it was left out. */
export function printScript(from: string): string | null {
  for (let folder = from, parent = dirname(folder); ; folder = parent, parent = dirname(folder)) {
    const script = join(folder, 'scripts', 'print-pdf.mjs')
    if (existsSync(script)) return script
    if (parent === folder) return null
  }
}

/**
 * Writes the page to a folder of its own and has it printed to `pdf`. What the printing says goes to stderr.
 * @throws Problem if there is nothing to print with, or if it fails
 */
export async function printPdf(pieces: Pieces, pdf: string, script: string | null, signal?: AbortSignal): Promise<void> {
  if (script === null) throw new Problem(`This installation lacks scripts/print-pdf.mjs, which prints the PDF. ${HTML_INSTEAD}`)
  const folder = temporary(mkdtempSync(join(tmpdir(), 'roundtrip-')))
  try {
    const page = join(folder, 'audit.html')
    const printed = join(folder, 'audit.pdf')
    await writeFile(page, pieces, signal)
    const status = await run([script, page, printed], signal)
    if (signal?.aborted === true) return
    if (status !== 0 || !existsSync(printed)) throw new Problem(`The PDF could not be printed. ${HTML_INSTEAD}`)
    await moved(printed, pdf)
  } finally {
    discard(folder)
  }
}

/** Across file systems a rename is refused, and the file is copied. */
async function moved(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch {
    const { copyFile } = await import('node:fs/promises')
    await copyFile(from, to)
  }
}

function run(args: readonly string[], signal?: AbortSignal): Promise<number | null> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      ...(signal === undefined ? {} : { signal }),
    })
    child.on('error', (error) => (error.name === 'AbortError' ? done(null) : fail(error)))
    child.on('exit', (status) => done(status))
  })
}
