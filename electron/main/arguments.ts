import { resolve } from 'node:path'

/** What the command line asks of the application. */
export type Arguments =
  | { readonly mode: 'window'; readonly files: readonly string[] }
  | { readonly mode: 'print'; readonly html: string; readonly pdf: string }

export interface ArgumentsContext {
  /** A packaged application is its own executable; otherwise Electron is, and the application's folder comes first. */
  readonly packaged: boolean
  readonly cwd: string
}

const PRINT_HTML = '--print-html='
const PRINT_PDF = '--print-pdf='

/**
 * Reads `roundtrip-app FILE…` and `--print-html=IN --print-pdf=OUT`. Other words that begin with "-" are Chromium's and
 * Electron's switches, except after "--". Paths come out absolute.
 *
 * @param argv process.argv
 */
export function readArguments(argv: readonly string[], { packaged, cwd }: ArgumentsContext): Arguments {
  const words = argv.slice(1)
  const end = words.indexOf('--')
  const head = end === -1 ? words : words.slice(0, end)
  const tail = end === -1 ? [] : words.slice(end + 1)

  const valueOf = (flag: string): string | null => {
    const word = head.find((candidate) => candidate.startsWith(flag))
    return word === undefined || word === flag ? null : resolve(cwd, word.slice(flag.length))
  }
  const html = valueOf(PRINT_HTML)
  const pdf = valueOf(PRINT_PDF)
  if (html !== null && pdf !== null) return { mode: 'print', html, pdf }

  const plain = head.filter((word) => word !== '' && !word.startsWith('-'))
  const given = packaged ? plain : plain.slice(1)
  return { mode: 'window', files: [...given, ...tail].filter((word) => word !== '').map((word) => resolve(cwd, word)) }
}
