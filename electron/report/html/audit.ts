/**
 * The audit as a document of its own: inline styles and drawings, no script, nothing fetched (its Content-Security-Policy
 * forbids both). It is read on a screen, printed on A4, and is what becomes the PDF. Every list in it is bounded, so it is too.
 */
import { plain } from '../../../shared/format'
import { worstConnections, type AuditSource, type ReportOptions } from '../source'
import { causes, timeline } from './causes'
import { connections, method } from './closing'
import { cover } from './cover'
import { findings } from './findings'
import { legs } from './legs'
import { html, Markup } from './markup'
import { ledger } from './ledger'
import { origins } from './origins'
import { styleSheet } from './styles'
import { timers } from './timers'
import { whatIf } from './what-if'

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
const WORST_SHOWN = 4

export async function* auditHtml(source: AuditSource, options: ReportOptions): AsyncGenerator<string> {
  const { summary } = source
  const files = summary.captures.map((capture) => plain(capture.file, 80)).join(', ')
  const worst = await worstConnections(source, WORST_SHOWN)
  yield html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="Roundtrip ${options.version}" />
        <meta name="referrer" content="no-referrer" />
        <title>Connection reuse audit: ${files}</title>
        <style>
          ${new Markup(styleSheet(files))}
        </style>
      </head>
      <body>
        ${cover(summary, options)} ${causes(summary)} ${timeline(summary)} ${origins(summary)} ${legs(summary)}
        ${findings(summary)} ${timers(summary)} ${whatIf(summary)} ${ledger(summary)} ${connections(worst)} ${method(summary)}
        <footer>Made by Roundtrip ${options.version} from the capture alone. Nothing was sent anywhere.</footer>
      </body>
    </html> `.text
}
