/** All facts, connection by connection: what `roundtrip facts` prints. */
import type { ConnectionFact, ExchangeFact } from '../../shared/model/facts'
import type { Row } from './rows'
import { connectionFact, exchangeFact } from './rows'
import type { Store } from './store'

/** A connection with its exchanges, or with some thousands of them where it has more. */
export interface ConnectionFacts {
  readonly connection: ConnectionFact
  readonly exchanges: ExchangeFact[]
  /** Those that it has further come next, with the same connection. */
  readonly more?: true
  /** Where `more` is set for the first time: how many of all its exchanges the server pushed (HTTP/2, RFC 9113 §8.4). */
  readonly pushes?: number
}

/** Exchanges of one connection that are in memory together. */
const MOST_TOGETHER = 20_000

const PUSHED = 'SELECT count(*)::DOUBLE AS n FROM exchange_rows WHERE connection = $1 AND stream > 0 AND stream % 2 = 0'

/**
 * Every connection with its exchanges, in the order of their numbers.
 *
 * @param together exchanges of one connection that come at once, at least
 */
export async function* allFacts(store: Store, together = MOST_TOGETHER): AsyncGenerator<ConnectionFacts> {
  const exchanges = new ExchangeCursor(store)
  try {
    for await (const rows of store.chunks('SELECT * FROM connections ORDER BY id')) {
      for (const row of rows) {
        const connection = connectionFact(row)
        let own: ExchangeFact[] = []
        let pushes: { pushes: number } | null = null
        while (!exchanges.take(connection.id, own)) {
          if (own.length >= together) {
            pushes ??= { pushes: Number((await store.rows(PUSHED, [connection.id]))[0]?.n ?? 0) }
            yield { connection, exchanges: own, more: true, ...pushes }
            own = []
          }
          await exchanges.fetch()
        }
        yield { connection, exchanges: own }
      }
    }
  } finally {
    await exchanges.close()
  }
}

/** Header sets remembered: strings are what reading costs, and exchanges share a handful of them. */
const REMEMBERED = 20_000

class ExchangeCursor {
  readonly #store: Store
  readonly #chunks: ReturnType<Store['chunks']>
  #headers = new Map<number, Row>()
  #rows: readonly Row[] = []
  #next = 0
  #ended = false

  constructor(store: Store) {
    this.#store = store
    this.#chunks = store.chunks('SELECT * FROM exchange_rows ORDER BY connection, ordinal')
  }

  /** Moves the exchanges of one connection into `own`. @returns false when more rows must be fetched to know them all. */
  take(connection: number, own: ExchangeFact[]): boolean {
    for (; this.#next < this.#rows.length; this.#next++) {
      const row = this.#rows[this.#next]!
      const owner = row.connection as number
      if (owner > connection) return true
      if (owner === connection) own.push(exchangeFact(row, this.#headers.get(row.headers as number)))
    }
    return this.#ended
  }

  async fetch(): Promise<void> {
    const next = await this.#chunks.next()
    this.#ended = next.done === true
    this.#rows = next.done === true ? [] : next.value
    this.#next = 0
    await this.#load(new Set(this.#rows.map((row) => row.headers as number)))
  }

  async #load(ids: ReadonlySet<number>): Promise<void> {
    if (this.#headers.size + ids.size > REMEMBERED) this.#headers = new Map()
    const missing = [...ids].filter((id) => !this.#headers.has(id))
    if (missing.length === 0) return
    const found = await this.#store.rows(`SELECT * FROM header_sets WHERE id IN (${missing.join(',')})`)
    for (const row of found) this.#headers.set(row.id as number, row)
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined)
  }
}
