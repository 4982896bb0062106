/** What main tells the engine process. */
import type { ReportFormat } from '../../shared/contract/engine-api'
import type { ToHost } from '../../shared/contract/host-messages'

const FORMATS: Readonly<Record<ReportFormat, true>> = { html: true, markdown: true, json: true, csv: true }
const isFormat = (value: unknown): value is ReportFormat =>
  typeof value === 'string' && Object.prototype.hasOwnProperty.call(FORMATS, value)

/** The message, or null if it is none of the contract's. */
export function readToHost(data: unknown): ToHost | null {
  if (typeof data !== 'object' || data === null || !('kind' in data)) return null
  if (data.kind === 'connect' || data.kind === 'stop') return { kind: data.kind }
  if (data.kind !== 'report') return null
  const { id, audit, format, path } = data as Readonly<Record<string, unknown>>
  if (typeof id !== 'number' || typeof audit !== 'string' || typeof path !== 'string' || !isFormat(format)) return null
  return { kind: 'report', id, audit, format, path }
}
