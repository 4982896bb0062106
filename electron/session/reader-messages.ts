/** Between the session and the thread that reads for it. */
import type { CaptureFact, Diagnostic } from '../../shared/model/facts'
import type { ReadProgress } from '../engine/source'
import type { ColumnValues } from '../store/column'
import type { RunningCounts } from '../store/sink'
import type { FactTable } from '../store/store'

/** What the thread is given when it starts. */
export interface ReaderOrder {
  readonly paths: readonly string[]
  /** Key logs, besides those that lie beside the captures. */
  readonly keyLogs: readonly string[]
  /** What was noticed while the files were looked for. */
  readonly notes: readonly Diagnostic[]
}

export type FromReader =
  | { readonly kind: 'rows'; readonly table: FactTable; readonly columns: readonly ColumnValues[]; readonly count: number }
  | { readonly kind: 'progress'; readonly progress: ReadProgress; readonly counts: RunningCounts }
  | { readonly kind: 'done'; readonly captures: readonly CaptureFact[]; readonly counts: RunningCounts }
  | { readonly kind: 'failed'; readonly name: string; readonly code: string; readonly message: string }

export type ToReader = { readonly kind: 'taken' } | { readonly kind: 'cancel' }
