/** Between the session and the thread that reads for it. */
import type { CaptureFact, Diagnostic } from '../../shared/model/facts'
import type { ReadProgress } from '../engine/source'
import type { Rows } from '../store/block'
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
  | { readonly kind: 'rows'; readonly table: FactTable; readonly rows: Rows }
  | { readonly kind: 'progress'; readonly progress: ReadProgress; readonly counts: RunningCounts }
  | { readonly kind: 'done'; readonly captures: readonly CaptureFact[]; readonly counts: RunningCounts }
  | { readonly kind: 'failed'; readonly name: string; readonly code: string; readonly message: string }

export type ToReader =
  /** The buffer of rows that were appended comes back to be filled again. */
  { readonly kind: 'taken'; readonly table: FactTable; readonly buffer: ArrayBuffer } | { readonly kind: 'cancel' }
