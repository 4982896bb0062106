/** An open audit: what the window's engine process and the command line both work with. */
import type { Readable } from 'node:stream'
import type { ConnectionDetail, ConnectionQuery, Page, Progress, Rows, WhatIfQuery } from '../../shared/contract/engine-api'
import type { AuditSummary, ConnectionRow, ConnectionVerdict, Totals } from '../../shared/model/audit'
import type { CaptureFact, ConnectionFact, Diagnostic, ExchangeFact } from '../../shared/model/facts'
import type { WhatIf } from '../../shared/model/simulation'
import type { Store } from '../store/store'
import type { BegunReading } from './read'
import { beginReading } from './read'

export { FileError } from './files'

export interface OpenHooks {
  readonly signal?: AbortSignal
  /** A file of TLS secrets (SSLKEYLOGFILE format), besides those that lie beside the captures under the same name. */
  readonly keylog?: string | null
  /** What the path "-" stands for; where it is left out, "-" is a file of that name. */
  readonly stdin?: Readable
  /** At most ten times a second, and at each change of phase. */
  onProgress?(progress: Omit<Progress, 'audit'>): void
  /** First numbers while the files are still read; verdicts come at the end only. */
  onPartial?(totals: Totals, capture: CaptureFact): void
}

/** A connection with its exchanges, or with some thousands of them where it has more. */
export interface ConnectionFacts {
  readonly connection: ConnectionFact
  readonly exchanges: ExchangeFact[]
  /** Those that it has further come next, with the same connection. */
  readonly more?: true
  /** Where `more` is set for the first time: how many of all its exchanges the server pushed (HTTP/2, RFC 9113 §8.4). */
  readonly pushes?: number
}

export interface FactsSession {
  /** The files, and what the decoders noticed, errors first. */
  readonly summary: { readonly captures: readonly CaptureFact[]; readonly diagnostics: readonly Diagnostic[] }
  /** Every connection with its exchanges, in the order of the first packet. */
  facts(): AsyncIterable<ConnectionFacts>
  /** Frees memory and temporary files. Safe to call twice. */
  close(): Promise<void>
}

export interface AuditSession extends FactsSession {
  readonly summary: AuditSummary
  connections(query: ConnectionQuery): Promise<Rows<ConnectionRow>>
  /** @throws Error with code 'bad-request' if there is no such connection. */
  connection(id: number): Promise<ConnectionDetail>
  exchanges(connection: number, page: Page): Promise<Rows<ExchangeFact>>
  /** Every connection as lists show it, in the order of their numbers: one pass, where pages would each be sorted anew. */
  rows(): AsyncIterable<ConnectionRow>
  /** In the order of connection numbers. */
  verdicts(): AsyncIterable<ConnectionVerdict>
  /** What other settings would have done on this traffic. @throws Error with code 'cancelled' */
  whatIf(query: WhatIfQuery, signal?: AbortSignal): Promise<WhatIf>
  /** Writes the audit to a new DuckDB file. */
  save(path: string): Promise<void>
}

/** Diagnostics given out; a hostile capture can cause any number. */
const MAX_DIAGNOSTICS = 10_000

/**
 * Reads the files, and the captures in the folders, into one audit with one clock, without judging.
 *
 * @throws FileError for a file that cannot be opened, InputError for one that cannot be read as a capture or was cancelled.
 */
export async function openFacts(paths: readonly string[], hooks: OpenHooks = {}): Promise<FactsSession> {
  return reading(paths, hooks, async (store, begun) => {
    const { captures } = await begun.into(store)
    return {
      summary: { captures, diagnostics: await store.diagnostics(MAX_DIAGNOSTICS) },
      facts: () => store.facts(),
      close: () => store.close(),
    }
  })
}

/** Reads the files into one audit with one clock and judges them. @throws as {@link openFacts}. */
export async function openAudit(paths: readonly string[], hooks: OpenHooks = {}): Promise<AuditSession> {
  return reading(paths, hooks, async (store, begun) => {
    const { judged } = await import('./judged')
    return judged(store, await begun.into(store))
  })
}

/** Begins to read before the database and what judges are there: loading them takes a while. All is closed again when opening fails. */
async function reading<T>(
  paths: readonly string[],
  hooks: OpenHooks,
  open: (store: Store, begun: BegunReading) => Promise<T>,
): Promise<T> {
  const begun = await beginReading(paths, hooks)
  let store: Store | null = null
  try {
    const { Store: Opened } = await import('../store/store')
    store = await Opened.open()
    return await open(store, begun)
  } catch (error) {
    await begun.end()
    await store?.close()
    throw error
  }
}
