import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { app, dialog, type BrowserWindow } from 'electron'
import type { SavedFile } from '../../shared/contract/desktop-api'
import { pdfName, withPdfEnding } from './file-name'
import { printPage } from './print'

export interface ExportPdf {
  readonly window: BrowserWindow
  readonly suggestedName: string
  /** A file the window shows: the PDF is offered beside it. */
  readonly beside: string | null
  /** Writes the report page to a file. */
  readonly writeReport: (path: string) => Promise<void>
}

/** Asks where, prints the report there. Null if the person changed their mind. The page in between is deleted. */
export async function exportPdf({ window, suggestedName, beside, writeReport }: ExportPdf): Promise<SavedFile | null> {
  const folder = beside === null ? app.getPath('documents') : dirname(beside)
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: 'Export the audit as PDF',
    defaultPath: join(folder, pdfName(suggestedName)),
    filters: [{ name: 'PDF', extensions: ['pdf'] }],
  })
  // A cancelled dialog has no path: undefined before Electron 32, empty from there on.
  if (canceled || !filePath) return null
  const path = withPdfEnding(filePath)
  const scratch = await mkdtemp(join(tmpdir(), 'roundtrip-report-'))
  try {
    const page = join(scratch, 'report.html')
    await writeReport(page)
    await writeFile(path, await printPage(page))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  return { path }
}
