import type { Row } from '../store/rows'
import type { Store } from '../store/store'

/** The header values that verdicts are made of. */
export interface Headers {
  readonly method: string | null
  readonly version: string
  readonly responseVersion: string | null
  readonly scheme: string | null
  readonly userAgent: string | null
  readonly authority: string | null
  readonly requestConnection: string | null
  readonly requestKeepsAlive: boolean | null
  readonly responseConnection: string | null
  readonly responseKeepsAlive: boolean | null
}

const REMEMBERED = 50_000

/**
 * Header sets by number. Reading strings out of DuckDB costs far more than numbers; connections share a handful of sets, so
 * each is read once.
 */
export class HeaderSets {
  readonly #store: Store
  #known = new Map<number, Headers>()

  constructor(store: Store) {
    this.#store = store
  }

  /** Makes sure that {@link get} knows these. */
  async load(ids: Iterable<number>): Promise<void> {
    const missing = new Set<number>()
    for (const id of ids) if (!this.#known.has(id)) missing.add(id)
    if (missing.size === 0) return
    if (this.#known.size + missing.size > REMEMBERED) {
      this.#known = new Map()
      for (const id of ids) missing.add(id)
    }
    for (const row of await this.#store.rows(`SELECT * FROM header_sets WHERE id IN (${[...missing].join(',')})`)) {
      this.#known.set(row.id as number, headersOf(row))
    }
  }

  get(id: number): Headers | undefined {
    return this.#known.get(id)
  }
}

function headersOf(row: Row): Headers {
  const maybe = <T>(name: string): T | null => (row[name] ?? null) as T | null
  return {
    method: maybe('method'),
    version: row.version as string,
    responseVersion: maybe('response_version'),
    scheme: maybe('scheme'),
    userAgent: maybe('user_agent'),
    authority: maybe('authority'),
    requestConnection: maybe('request_connection'),
    requestKeepsAlive: maybe('request_keeps_alive'),
    responseConnection: maybe('response_connection'),
    responseKeepsAlive: maybe('response_keeps_alive'),
  }
}
