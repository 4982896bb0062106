/**
 * Rows of a long list, fetched in pages as they come into view. The latest wish wins: pages that scrolled out of view are
 * cancelled, a new query cancels the old one's, and the old rows stay until the new one's first page is there, so that
 * scrolling and sorting never flash an empty list.
 */
import type { Page, Rows } from '../../shared/contract/engine-api'

export interface PageCacheOptions<Query, Row> {
  readonly fetch: (query: Query, page: Page, signal: AbortSignal) => Promise<Rows<Row>>
  /** Something that {@link PageCache.row}, `total` or `loading` tells has changed. */
  readonly onChange: () => void
  readonly onError: (error: unknown) => void
  /** Rows a page; at most 500, the contract's limit. */
  readonly pageSize?: number
  /** Pages kept; those furthest from view go first. */
  readonly keep?: number
}

const IN_FLIGHT_AT_MOST = 2

export class PageCache<Query, Row> {
  private query: Query | null = null
  private pages = new Map<number, readonly Row[]>()
  /** True while `pages` belong to the query before. */
  private stale = false
  private known = 0
  private first = 0
  private last = 0
  private readonly flights = new Map<number, AbortController>()
  private readonly pageSize: number
  private readonly keep: number

  constructor(private readonly options: PageCacheOptions<Query, Row>) {
    this.pageSize = options.pageSize ?? 200
    this.keep = options.keep ?? 40
  }

  /** Rows the query has in all, as far as known. */
  get total(): number {
    return this.known
  }

  get loading(): boolean {
    return this.flights.size > 0
  }

  /** The row at an index; undefined while it has not come. */
  row(index: number): Row | undefined {
    return this.pages.get(Math.floor(index / this.pageSize))?.[index % this.pageSize]
  }

  /** Another query from now on, seen from its start. */
  ask(query: Query): void {
    this.cancelAll()
    this.query = query
    this.stale = true
    this.last = Math.max(0, this.last - this.first)
    this.first = 0
    this.fill()
  }

  /** The rows in view, `last` included. */
  show(first: number, last: number): void {
    if (first === this.first && last === this.last) return
    this.first = Math.max(0, first)
    this.last = Math.max(this.first, last)
    const wanted = new Set(this.wanted())
    for (const [page, flight] of this.flights) {
      if (wanted.has(page)) continue
      this.flights.delete(page)
      flight.abort()
    }
    this.fill()
  }

  /** Cancels what is under way; nothing is fetched until the next query. */
  close(): void {
    this.cancelAll()
    this.query = null
  }

  private cancelAll(): void {
    const flights = [...this.flights.values()]
    this.flights.clear()
    for (const flight of flights) flight.abort()
  }

  private wanted(): number[] {
    const from = Math.floor(this.first / this.pageSize)
    const to = Math.floor(this.last / this.pageSize)
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  }

  private fill(): void {
    const { query } = this
    if (query === null) return
    for (const page of this.wanted()) {
      if (this.flights.size >= IN_FLIGHT_AT_MOST) return
      if (this.flights.has(page) || (!this.stale && this.pages.has(page))) continue
      if (!this.stale && page > 0 && page * this.pageSize >= this.known) continue
      void this.load(query, page)
    }
  }

  private async load(query: Query, page: number): Promise<void> {
    const flight = new AbortController()
    this.flights.set(page, flight)
    this.options.onChange()
    try {
      const answer = await this.options.fetch(query, { offset: page * this.pageSize, limit: this.pageSize }, flight.signal)
      if (this.flights.get(page) !== flight) return
      this.flights.delete(page)
      this.accept(page, answer)
      this.fill()
    } catch (error) {
      if (this.flights.get(page) !== flight) return
      this.flights.delete(page)
      this.options.onError(error)
    }
    this.options.onChange()
  }

  private accept(page: number, answer: Rows<Row>): void {
    if (this.stale) {
      this.pages = new Map()
      this.stale = false
    }
    this.known = answer.total
    this.pages.set(page, answer.rows)
    if (this.pages.size <= this.keep) return
    const middle = Math.floor((this.first + this.last) / 2 / this.pageSize)
    const furthest = [...this.pages.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle))[0]
    if (furthest !== undefined) this.pages.delete(furthest)
  }
}
