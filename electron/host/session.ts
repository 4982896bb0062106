/** What the engine process needs of an audit session. `electron/session` satisfies it by its shape. */
import type { ConnectionDetail, ConnectionQuery, Page, Progress, Rows, WhatIfQuery } from '../../shared/contract/engine-api'
import type { AuditSummary, ConnectionRow, ConnectionVerdict, Totals } from '../../shared/model/audit'
import type { CaptureFact, ExchangeFact } from '../../shared/model/facts'
import type { WhatIf } from '../../shared/model/simulation'

export interface Session {
  readonly summary: AuditSummary
  connections(query: ConnectionQuery): Promise<Rows<ConnectionRow>>
  connection(id: number): Promise<ConnectionDetail>
  exchanges(connection: number, page: Page): Promise<Rows<ExchangeFact>>
  rows(): AsyncIterable<ConnectionRow>
  whatIf(query: WhatIfQuery, signal?: AbortSignal): Promise<WhatIf>
  verdicts(): AsyncIterable<ConnectionVerdict>
  close(): Promise<void>
}

export interface OpenHooks {
  readonly signal?: AbortSignal
  /** A file of TLS secrets. */
  readonly keylog?: string | null
  onProgress?(progress: Omit<Progress, 'audit'>): void
  onPartial?(totals: Totals, capture: CaptureFact): void
}

/** Reads the files and judges them. Rejects with an error whose `code` is an {@link ErrorCode} or an errno. */
export type OpenAudit = (paths: readonly string[], hooks?: OpenHooks) => Promise<Session>
