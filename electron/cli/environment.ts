/** What a command is given besides its arguments, so that tests can give it something else. */
import type { Readable, Writable } from 'node:stream'
import type { Progress, WhatIfQuery } from '../../shared/contract/engine-api'
import type { WhatIf } from '../../shared/model/simulation'
import type { AuditSource, FactsSource } from '../report'

/** What the commands need of an open session. `electron/session` satisfies both by their shape. */
export interface Closable {
  close(): Promise<void>
}
export type AuditSession = AuditSource & Closable & { whatIf(query: WhatIfQuery, signal?: AbortSignal): Promise<WhatIf> }
export type FactsSession = FactsSource & Closable

export interface OpenHooks {
  readonly signal?: AbortSignal
  readonly keylog?: string | null
  readonly stdin?: Readable
  onProgress?(progress: Omit<Progress, 'audit'>): void
}

export type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number }

export type Open<S extends Closable> = (paths: readonly string[], hooks: OpenHooks) => Promise<S>

export interface Environment {
  readonly openAudit: Open<AuditSession>
  readonly openFacts: Open<FactsSession>
  /** What the file "-" is. */
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Terminal
  readonly stderr: Terminal
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** The folder in which this code lies. */
  readonly home: string
  readonly signal: AbortSignal
}
