import type { Store } from '../../store/store'
import { IN_USE_TO_THE_END, overAt } from '../open-end'
import type { PoolExchanges } from './prepare'

/** Where the snapshot length cut responses, their ends are not to be seen: they are taken to be where the response began. */
const sql = (where: string, to: number): string => `
SELECT subjects.pool, e.connection, e.ordinal, coalesce(e.request_at, e.response_at, subjects.first_at) AS start_at,
  CASE
    WHEN e.ordinal + 1 < subjects.exchange_count THEN coalesce(e.complete_at, e.response_at, e.request_at, subjects.first_at)
    WHEN ${IN_USE_TO_THE_END('subjects')} THEN ${overAt('subjects', to)}
    WHEN subjects.truncated THEN coalesce(e.complete_at, e.response_at, subjects.close_at, subjects.last_at)
    ELSE coalesce(e.complete_at, subjects.close_at, subjects.last_at)
  END AS end_at
FROM exchange_rows e JOIN subjects ON subjects.id = e.connection
WHERE ${where}
ORDER BY subjects.pool, e.connection, e.ordinal`

/** The exchanges of all pools of a scope, pool by pool. */
export class Exchanges {
  readonly #chunks: ReturnType<Store['columns']>
  #columns: readonly (readonly number[])[] = []
  #row = 0
  #ended = false

  /** @param to the end of the last capture */
  constructor(store: Store, where: string, to: number) {
    this.#chunks = store.columns(sql(where, to))
  }

  /** Those of one pool, connection by connection. Pools are asked for in the order of their numbers. */
  async ofPool(pool: number): Promise<PoolExchanges> {
    const found: number[] = []
    while (!this.#ended) {
      const [pools = [], connections = [], ordinals = [], begins = [], ends = []] = this.#columns
      for (; this.#row < pools.length && pools[this.#row]! <= pool; this.#row++) {
        const i = this.#row
        if (pools[i] === pool) found.push(connections[i]!, ordinals[i]!, begins[i]!, ends[i]!)
      }
      if (this.#row < pools.length) break
      const next = await this.#chunks.next()
      this.#ended = next.done === true
      this.#columns = next.done === true ? [] : (next.value as readonly (readonly number[])[])
      this.#row = 0
    }
    return found
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined)
  }
}
