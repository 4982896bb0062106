import type { ConnectionFact, Diagnostic, ExchangeFact, FactSink } from '../../shared/model/facts'
import type { Batch } from './batch'
import type { HeaderDictionary } from './header-dictionary'
import type { StoredConnection, StoredExchange } from './tables'

/** What has been seen so far: kept while facts arrive, so that progress costs no query. */
export interface RunningCounts {
  connections: number
  connectionsWithExchanges: number
  exchanges: number
  reusedExchanges: number
}

export interface Batches {
  readonly connections: Batch<StoredConnection>
  readonly exchanges: Batch<StoredExchange>
  readonly diagnostics: Batch<Diagnostic>
}

/**
 * Takes facts in and writes them a chunk at a time. Nothing queues: a full chunk is appended at once, in the call that filled
 * it, which is the back-pressure.
 */
export class StoreSink implements FactSink {
  readonly counts: RunningCounts = { connections: 0, connectionsWithExchanges: 0, exchanges: 0, reusedExchanges: 0 }
  readonly #batches: Batches
  readonly #headers: HeaderDictionary
  readonly #capture: number

  constructor(batches: Batches, headers: HeaderDictionary, capture: number) {
    this.#batches = batches
    this.#headers = headers
    this.#capture = capture
  }

  connection(fact: ConnectionFact): void {
    this.counts.connections++
    if (fact.exchangeCount > 0) this.counts.connectionsWithExchanges++
    this.#batches.connections.add({ capture: this.#capture, fact })
  }

  exchange(fact: ExchangeFact): void {
    this.counts.exchanges++
    if (fact.ordinal > 0) this.counts.reusedExchanges++
    this.#batches.exchanges.add({ headers: this.#headers.idOf(fact), fact })
  }

  diagnostic(fact: Diagnostic): void {
    this.#batches.diagnostics.add(fact)
  }
}
