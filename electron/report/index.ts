/** Writers: an audit, or the facts under it, as text in pieces. None of them keeps more than a page of rows. */
import type { ReportFormat } from '../../shared/contract/engine-api'
import { auditCsv } from './csv'
import { auditHtml } from './html/audit'
import { auditJson } from './json/audit'
import { auditMarkdown } from './markdown'
import type { AuditSource, ReportOptions } from './source'

export { auditCsv, auditHtml, auditJson, auditMarkdown }
export { factsJson, factsNdjson } from './json/facts'
export { whatIfJson, whatIfText } from './what-if'
export { auditText } from './text/audit'
export type { AuditSource, FactsSource, ReportOptions, TextOptions } from './source'

type Writer = (source: AuditSource, options: ReportOptions) => AsyncIterable<string>

/** The formats that become files, by name. */
export const REPORT_WRITERS: Readonly<Record<ReportFormat, Writer>> = {
  html: auditHtml,
  markdown: auditMarkdown,
  json: auditJson,
  csv: auditCsv,
}
