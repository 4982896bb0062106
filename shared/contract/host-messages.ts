/** Between main and the engine process, over the process's own parent port. */
import type { AuditId, ReportFormat } from './engine-api'

export type ToHost =
  /** Carries one port: a new window's connection. */
  | { readonly kind: 'connect' }
  /** Write the report of an open audit to a file. */
  | {
      readonly kind: 'report'
      readonly id: number
      readonly audit: AuditId
      readonly format: ReportFormat
      readonly path: string
    }
  | { readonly kind: 'stop' }

export type FromHost =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reported'; readonly id: number; readonly path: string }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
