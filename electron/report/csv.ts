/** The connections with their verdicts as comma-separated values (RFC 4180: CRLF, quotes doubled, a header line). */
import { plain } from '../../shared/format'
import type { ConnectionRow } from '../../shared/model/audit'
import type { AuditSource } from './source'

type Cell = string | number | boolean | null

const COLUMNS: readonly (readonly [string, (row: ConnectionRow) => Cell])[] = [
  ['id', (row) => row.id],
  ['client_ip', (row) => row.client.ip],
  ['client_port', (row) => row.client.port],
  ['server_ip', (row) => row.server.ip],
  ['server_port', (row) => row.server.port],
  ['origin', (row) => row.origin],
  ['application', (row) => row.application],
  ['opened_at_s', (row) => row.openedAt],
  ['duration_s', (row) => row.durationSeconds],
  ['exchanges', (row) => row.exchanges],
  ['bytes', (row) => row.bytes],
  ['rtt_s', (row) => row.rttSeconds],
  ['verdict', (row) => row.verdict],
  ['cause', (row) => row.cause],
  ['setup_round_trips', (row) => row.setupRoundTrips],
  ['setup_s', (row) => row.setupSeconds],
  ['closed_by', (row) => row.closedBy],
  ['closed_how', (row) => row.closedHow],
  ['estimated', (row) => row.estimated],
  // Of encrypted connections, and an estimate: beside the exchanges, never among them.
  ['estimated_turns', (row) => row.estimatedTurns ?? null],
  ['min_rtt_s', (row) => row.minRttSeconds ?? null],
  // Of judged ones: would HTTP/2 have needed it too?
  ['needed_with_http2', (row) => row.neededWithHttp2 ?? null],
]

/**
 * A cell's text. Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV Injection"),
 * full-width signs included; numbers are left as they are.
 */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const guarded = /^\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${plain(value)}` : plain(value)
  return /[",\r\n]/.test(guarded) ? `"${guarded.replace(/"/g, '""')}"` : guarded
}

const line = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`

export async function* auditCsv(source: AuditSource): AsyncGenerator<string> {
  yield line(COLUMNS.map(([name]) => name))
  for await (const row of source.rows()) {
    yield line(COLUMNS.map(([, cell]) => cell(row)))
  }
}
