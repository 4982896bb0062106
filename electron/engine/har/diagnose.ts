/** What is said about the entries that are no exchanges, and about how connections were known. */
import type { Diagnostic, FactSink, Severity } from '../../../shared/model/facts'
import { REASONS, type Reason, type Sorted } from './sort-out'

const entries = (count: number, one: string, many: string): string =>
  count === 1 ? `1 entry ${one}` : `${count} entries ${many}`

const TEXTS: Readonly<
  Record<Reason, { readonly code: string; readonly severity: Severity; readonly text: (count: number) => string }>
> = {
  invalid: {
    code: 'har-invalid-entry',
    severity: 'warning',
    text: (n) => `${entries(n, 'has', 'have')} no readable URL or time and ${n === 1 ? 'was' : 'were'} left out.`,
  },
  websocket: {
    code: 'har-websocket',
    severity: 'info',
    text: (n) =>
      `${entries(n, 'is a WebSocket, which has', 'are WebSockets, each of which has')} a connection of its own that no request can reuse.`,
  },
  'not-http': {
    code: 'har-not-http',
    severity: 'info',
    text: (n) => `${entries(n, 'is', 'are')} data:, blob:, file: or other addresses that need no connection.`,
  },
  tunnel: {
    code: 'har-tunnel',
    severity: 'info',
    text: (n) => `${entries(n, 'opens a tunnel', 'open tunnels')} through a proxy (CONNECT).`,
  },
  'from-cache': {
    code: 'har-from-cache',
    severity: 'info',
    text: (n) => `${entries(n, 'was', 'were')} served from a cache and used no connection.`,
  },
  'no-response': {
    code: 'har-no-response',
    severity: 'info',
    text: (n) => `${entries(n, 'has', 'have')} no response (blocked, cancelled or failed), so that no connection is known.`,
  },
}

const diagnostic = (severity: Severity, code: string, message: string, count = 1, offset: number | null = null): Diagnostic => ({
  severity,
  code,
  packet: null,
  offset,
  message,
  count,
})

export function diagnoseEntries(sink: FactSink, left: Sorted['left']): void {
  for (const reason of REASONS) {
    const count = left[reason]
    const { code, severity, text } = TEXTS[reason]
    if (count > 0) sink.diagnostic(diagnostic(severity, code, text(count), count))
  }
}

/** `beyond`: entries that were one too many. */
export function diagnoseBound(sink: FactSink, kept: number, beyond: number): void {
  if (beyond === 0) return
  const message = `Only the first ${kept.toLocaleString('en')} entries were read; ${beyond.toLocaleString('en')} more were left out. Split the HAR to read them.`
  sink.diagnostic(diagnostic('warning', 'har-too-many-entries', message, beyond))
}

/** `estimated`: how many entries have an inferred connection. `measured`: some of them have a connect time to infer it from. */
export function diagnoseConnections(sink: FactSink, estimated: number, portsForIds: boolean, measured: boolean): void {
  if (estimated === 0) return
  if (!measured) {
    const them = estimated === 1 ? '1 entry has' : `${estimated} entries have`
    const message = `${them} neither a connection number nor a connect time: how connections were used cannot be told, and is not judged.`
    return sink.diagnostic(diagnostic('warning', 'har-estimated', message, estimated))
  }
  const why = portsForIds
    ? 'the exporter wrote the server’s port in place of a connection number'
    : 'the exporter wrote no connection number'
  const message = `For ${estimated === 1 ? '1 entry' : `${estimated} entries`} ${why}: connections are estimated from the connect times.`
  sink.diagnostic(diagnostic('info', 'har-estimated', message, estimated))
}

export function diagnoseDocument(sink: FactSink, brokenAt: number | null, ended: boolean, size: number, replaced: boolean): void {
  if (brokenAt !== null) {
    sink.diagnostic(
      diagnostic('warning', 'har-broken', `The JSON breaks at byte ${brokenAt}; the entries before it were read.`, 1, brokenAt),
    )
  } else if (!ended) {
    sink.diagnostic(
      diagnostic(
        'warning',
        'har-truncated',
        'The file ends in the middle of the JSON; the entries that are whole were read.',
        1,
        size,
      ),
    )
  }
  if (replaced)
    sink.diagnostic(diagnostic('info', 'har-not-utf8', 'Some text is not UTF-8; its other characters were read as "?".'))
}
