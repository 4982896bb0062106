import { pathToFileURL } from 'node:url'
import { BrowserWindow, session } from 'electron'
import { lockSession } from './lockdown'

/** No "persist:" in front: kept in memory, gone with the process. */
const PARTITION = 'roundtrip-print'

const FOOTER = `<div style="width:100%;margin:0 14mm;font:7pt system-ui,sans-serif;color:#71717a;display:flex;justify-content:space-between">
  <span class="title"></span><span>page <span class="pageNumber"></span> of <span class="totalPages"></span></span></div>`

/** From this version on Chromium draws a page's own margin boxes (CSS Paged Media 3 §4.2), the report's page numbers among them. */
const MARGIN_BOXES_SINCE = 131
const drawsMarginBoxes = Number.parseInt(process.versions.chrome, 10) >= MARGIN_BOXES_SINCE

/**
 * Prints a report page to PDF: A4 unless its own @page rule says otherwise. Page numbers come from its margin boxes; older
 * Chromium, which knows none, puts the title and the page numbers below.
 * The page is taken for hostile: no script, no network, no other file, in a sandboxed window that is never shown.
 */
export async function printPage(html: string): Promise<Buffer> {
  const page = pathToFileURL(html).href
  lockSession(session.fromPartition(PARTITION), (url) => url === page || url.startsWith('data:'))
  const window = new BrowserWindow({
    show: false,
    width: 794,
    height: 1123,
    webPreferences: {
      partition: PARTITION,
      javascript: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  })
  try {
    await window.loadURL(page)
    return await window.webContents.printToPDF({
      pageSize: 'A4',
      printBackground: true,
      preferCSSPageSize: true,
      displayHeaderFooter: !drawsMarginBoxes,
      headerTemplate: '<span></span>',
      footerTemplate: FOOTER,
    })
  } finally {
    window.destroy()
  }
}
