import { basename } from 'node:path'

/** Of no use in a file's name on one system or another, or able to reorder what a person reads (bidirectional controls). */
const UNSAFE = /[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g
/** Device names of Windows, with any ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i
const MAX_NAME = 120

/** A file name to suggest for a PDF, from what a page asked for: no folder, nothing a file system refuses, ".pdf" at the end. */
export function pdfName(suggested: string): string {
  const stem = suggested
    .replace(UNSAFE, '-')
    .replace(/\.pdf$/i, '')
    .replace(/^[.\s-]+|[.\s]+$/g, '')
    .slice(0, MAX_NAME)
  return `${stem === '' || RESERVED.test(stem) ? 'roundtrip-audit' : stem}.pdf`
}

/** A path that ends in ".pdf", whatever was typed into the dialog. */
export const withPdfEnding = (path: string): string => (/\.pdf$/i.test(path) ? path : `${path}.pdf`)

/** A window's title: the names of what it shows. */
export function windowTitle(paths: readonly string[], app: string): string {
  const [first, ...others] = paths.map((path) => basename(path))
  if (first === undefined) return app
  return `${first}${others.length > 0 ? ` and ${others.length} more` : ''} – ${app}`
}
