/** Reads a PDF's text back with a reader that had no part in writing it. */
import { readFileSync } from 'node:fs'

export interface PdfText {
  readonly pages: number
  readonly text: string
}

export async function readPdf(path: string): Promise<PdfText> {
  const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs')
  const task = pdfjs.getDocument({ data: new Uint8Array(readFileSync(path)), verbosity: 0, useSystemFonts: true })
  const document = await task.promise
  const pages: string[] = []
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent()
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(' '))
  }
  await task.destroy()
  return { pages: pages.length, text: pages.join('\n').replace(/\s+/g, ' ') }
}
