import type { ConnectionFact, Diagnostic, ExchangeFact, FactSink } from '../../shared/model/facts'
import type { ExchangeSummary } from './exchange-summaries'
import { ExchangeSummaries } from './exchange-summaries'
import type { HeaderDictionary } from './header-dictionary'
import type { RowTaker } from './row-buffer'
import type { StoredConnection, StoredExchange } from './tables'

/** What has been seen so far: kept while facts arrive, so that progress costs no query. */
export interface RunningCounts {
  connections: number
  connectionsWithExchanges: number
  exchanges: number
  reusedExchanges: number
}

/** Where the rows of each kind of fact go. */
export interface Takers {
  readonly connections: RowTaker<StoredConnection>
  readonly exchanges: RowTaker<StoredExchange>
  readonly diagnostics: RowTaker<Diagnostic>
  readonly summaries: RowTaker<ExchangeSummary>
}

/**
 * Takes facts in and writes them a chunk at a time. Nothing queues: a full chunk is appended at once, in the call that filled
 * it, which is the back-pressure.
 */
export class StoreSink implements FactSink {
  readonly counts: RunningCounts = { connections: 0, connectionsWithExchanges: 0, exchanges: 0, reusedExchanges: 0 }
  readonly #takers: Takers
  readonly #headers: HeaderDictionary
  readonly #summaries: ExchangeSummaries
  readonly #first: number
  #lowest: number | null = null
  #highest = -1
  #ended = 0
  /** Tunnels whose requests can be read, by connection: the ordinal of the first request inside, which had to wait for the tunnel. */
  readonly #tunnels = new Map<number, number>()

  constructor(takers: Takers, headers: HeaderDictionary, first: number) {
    this.#takers = takers
    this.#headers = headers
    this.#summaries = new ExchangeSummaries(takers.summaries)
    this.#first = first
  }

  connection(fact: ConnectionFact, capture = 0): void {
    this.#ended++
    this.#tunnels.delete(fact.id)
    this.#opened(fact.id)
    this.#summaries.ended(fact.id)
    this.#takers.connections.add({ capture: this.#first + capture, fact })
  }

  exchange(fact: ExchangeFact): void {
    const { counts } = this
    counts.exchanges++
    if (fact.ordinal === 0) counts.connectionsWithExchanges++
    else if (this.#tunnels.get(fact.connection) !== fact.ordinal) counts.reusedExchanges++
    if (fact.method === 'CONNECT' && fact.status !== null && fact.status >= 200 && fact.status < 300)
      this.#tunnels.set(fact.connection, fact.ordinal + 1)
    this.#opened(fact.connection)
    const headers = this.#headers.idOf(fact)
    this.#summaries.add(fact, headers)
    this.#takers.exchanges.add({ headers, fact })
  }

  diagnostic(fact: Diagnostic): void {
    this.#takers.diagnostics.add(fact)
  }

  /** Connections are numbered as they open and told when they end: the highest number seen says how many there are by now. */
  #opened(id: number): void {
    this.#lowest ??= id
    if (id < this.#lowest) this.#lowest = id
    if (id > this.#highest) this.#highest = id
    this.counts.connections = Math.max(this.#ended, this.#highest - this.#lowest + 1)
  }
}
