/**
 * What a window may ask of the engine process, over its own MessagePort. Every call can be cancelled; every answer
 * is small (Electron's ports copy what they carry), so lists come in pages.
 */
import type { AuditSummary, ConnectionRow, ConnectionVerdict, Cause, NeededCause, Totals, Verdict } from '../model/audit'
import type { CaptureFact, ConnectionFact, ExchangeFact } from '../model/facts'
import type { Policy, WhatIf } from '../model/simulation'

/** Names one open audit within the engine process. */
export type AuditId = string

export interface OpenOptions {
  readonly paths: readonly string[]
  /** A file of TLS secrets (SSLKEYLOGFILE format), besides those that lie beside the captures. It is read, never kept. */
  readonly keylog?: string
}

export type Phase = 'reading' | 'judging' | 'done'

/** How far a running audit is. Sent at most ten times a second. */
export interface Progress {
  readonly audit: AuditId
  readonly phase: Phase
  readonly bytesRead: number
  readonly bytesTotal: number
  readonly packets: number
  /** First numbers, before the end is known: connections and exchanges so far, and how many of them were reused. */
  readonly connections: number
  readonly exchanges: number
  readonly reusedExchanges: number
}

export interface Page {
  readonly offset: number
  /** At most 500. */
  readonly limit: number
}

export type ConnectionSort = 'openedAt' | 'duration' | 'exchanges' | 'bytes' | 'setup' | 'rtt' | 'origin' | 'verdict' | 'id'

export interface ConnectionQuery extends Page {
  readonly sort: ConnectionSort
  readonly descending: boolean
  readonly verdict?: Verdict
  readonly cause?: Cause | NeededCause
  readonly origin?: string
  /** Matches address, port, origin or connection number. */
  readonly text?: string
}

export interface Rows<T> {
  readonly total: number
  readonly offset: number
  readonly rows: readonly T[]
}

export interface ConnectionDetail {
  readonly fact: ConnectionFact
  readonly row: ConnectionRow
  readonly verdict: ConnectionVerdict
  /** The first of them; the rest through {@link EngineApi.exchanges}. */
  readonly exchanges: Rows<ExchangeFact>
}

/** What to replay, and under which settings. */
export interface WhatIfQuery {
  /** Null: every origin. */
  readonly origin: string | null
  readonly policy: Policy
}

export type ReportFormat = 'html' | 'markdown' | 'json' | 'csv'

/** The calls: name → what goes in, what comes out. */
export interface EngineApi {
  /** Reads the files and judges them; resolves when the audit is complete. Progress comes as events. */
  open(options: OpenOptions): AuditSummary & { readonly audit: AuditId }
  /** What is known so far or at the end. */
  summary(of: { readonly audit: AuditId }): AuditSummary
  connections(query: ConnectionQuery & { readonly audit: AuditId }): Rows<ConnectionRow>
  connection(of: { readonly audit: AuditId; readonly id: number }): ConnectionDetail
  exchanges(of: Page & { readonly audit: AuditId; readonly connection: number }): Rows<ExchangeFact>
  /** What other settings would have done on this traffic. The first call for an origin takes longer than those after it. */
  whatIf(of: WhatIfQuery & { readonly audit: AuditId }): WhatIf
  close(of: { readonly audit: AuditId }): null
}
export type EngineMethod = keyof EngineApi

/** What the engine tells without being asked. `started` comes before the first progress of an audit. */
export type EngineEvent =
  | { readonly event: 'started'; readonly audit: AuditId; readonly files: readonly string[] }
  | { readonly event: 'progress'; readonly progress: Progress }
  | { readonly event: 'partial'; readonly audit: AuditId; readonly totals: Totals; readonly capture: CaptureFact }

/** The messages on the port. */
export type ToEngine =
  | { readonly kind: 'call'; readonly id: number; readonly method: EngineMethod; readonly params: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
export type FromEngine =
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'event'; readonly event: EngineEvent }

export type ErrorCode =
  'cancelled' | 'no-such-file' | 'unreadable' | 'unknown-format' | 'key-log' | 'no-such-audit' | 'bad-request' | 'internal'
