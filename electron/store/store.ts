import { DOUBLE, VARCHAR } from '@duckdb/node-api'
import type { ConnectionQuery } from '../../shared/contract/engine-api'
import type { Finding } from '../../shared/model/audit'
import type { CaptureFact, Diagnostic, ExchangeFact } from '../../shared/model/facts'
import { Batch } from './batch'
import type { Rows } from './block'
import type { Database } from './database'
import { openDatabase } from './database'
import type { ExchangeSummary } from './exchange-summaries'
import { exchangeSummaries } from './exchange-summaries'
import type { ConnectionFacts } from './facts'
import { allFacts } from './facts'
import { HeaderDictionary } from './header-dictionary'
import type { RowPage } from './query'
import { connectionPage, exchangePage } from './query'
import type { Row } from './rows'
import { diagnosticOf, exchangeFact } from './rows'
import { StoreSink } from './sink'
import type { Columns, NamedColumns } from './stream'
import { columnChunks, namedChunks, rowChunks } from './stream'
import type { StoredConnection, StoredExchange, StoredVerdict } from './tables'
import { captures, connections, diagnostics, exchanges, findings, headerSets, verdicts } from './tables'

interface Batches {
  readonly connections: Batch<StoredConnection>
  readonly exchanges: Batch<StoredExchange>
  readonly diagnostics: Batch<Diagnostic>
  readonly summaries: Batch<ExchangeSummary>
}

/** The tables that facts go into. */
export type FactTable = 'connections' | 'exchanges' | 'headers' | 'diagnostics' | 'summaries'

/** One audit's data. Facts go in through sinks; verdicts and findings beside them; everything comes out as queries. */
export class Store {
  readonly #db: Database
  readonly #batches: Batches
  readonly #headerBatch: Batch<{ readonly id: number; readonly fact: ExchangeFact }>
  readonly #headers: HeaderDictionary
  #closed = false

  private constructor(db: Database, batches: Batches, headerBatch: Batch<{ readonly id: number; readonly fact: ExchangeFact }>) {
    this.#db = db
    this.#batches = batches
    this.#headerBatch = headerBatch
    this.#headers = new HeaderDictionary(headerBatch)
  }

  static async open(): Promise<Store> {
    const db = await openDatabase()
    const { connection } = db
    const batches: Batches = {
      connections: await Batch.open(connection, connections),
      exchanges: await Batch.open(connection, exchanges),
      diagnostics: await Batch.open(connection, diagnostics),
      summaries: await Batch.open(connection, exchangeSummaries),
    }
    return new Store(db, batches, await Batch.open(connection, headerSets))
  }

  get #all(): readonly { flush(): void; discard(): void }[] {
    const { connections: c, exchanges: e, diagnostics: d, summaries: s } = this.#batches
    return [this.#headerBatch, c, e, d, s]
  }

  /** Takes the facts of captures. @param first the number of the first of them. */
  sink(first = 0): StoreSink {
    return new StoreSink(this.#batches, this.#headers, first)
  }

  /** Takes rows that another thread has taken apart into columns. Their buffer can be used again afterwards. */
  append(table: FactTable, rows: Rows): void {
    const batch = table === 'headers' ? this.#headerBatch : this.#batches[table]
    batch.append(rows)
  }

  /** Rows not yet handed to DuckDB: never more than a chunk a table. */
  get pending(): number {
    const { connections: c, exchanges: e, diagnostics: d, summaries: s } = this.#batches
    return c.pending + e.pending + d.pending + s.pending + this.#headerBatch.pending
  }

  /** Makes the facts taken in so far visible to queries. */
  async flush(): Promise<void> {
    for (const batch of this.#all) {
      batch.flush()
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }

  async addCaptures(facts: readonly CaptureFact[]): Promise<void> {
    const batch = await Batch.open(this.#db.connection, captures)
    facts.forEach((fact, id) => batch.add({ id, fact }))
    batch.close()
  }

  /** Replaces all verdicts: `write` is given where to put them. */
  async writeVerdicts(write: (put: (verdict: StoredVerdict) => void) => Promise<void> | void): Promise<void> {
    await this.run('DELETE FROM verdicts')
    const batch = await Batch.open(this.#db.connection, verdicts)
    try {
      await write((verdict) => batch.add(verdict))
    } finally {
      batch.close()
    }
  }

  async writeFindings(all: readonly Finding[]): Promise<void> {
    await this.run('DELETE FROM findings')
    const batch = await Batch.open(this.#db.connection, findings)
    for (const f of all) batch.add({ id: f.id, rule: f.rule, severity: f.severity, origin: f.origin, json: JSON.stringify(f) })
    batch.close()
  }

  /** Runs statements that return nothing; those begun together run side by side. The SQL is the program's own: nothing of a capture goes into it. */
  async run(sql: string): Promise<void> {
    await this.#db.lend((connection) => connection.run(sql))
  }

  /** All rows of a small result. */
  async rows(sql: string, values: readonly (string | number)[] = []): Promise<readonly Row[]> {
    // Numbers are bound as doubles: a whole one would be taken for a BIGINT, which absurd timestamps overflow.
    const types = values.map((value) => (typeof value === 'number' ? DOUBLE : VARCHAR))
    return this.#db.lend(async (connection) => (await connection.runAndReadAll(sql, [...values], types)).getRowObjects())
  }

  /** A large result in chunks of columns, over a connection of its own. */
  async *columns(sql: string): AsyncGenerator<Columns> {
    yield* this.#db.stream((connection) => columnChunks(connection, sql))
  }

  /** The same with the columns' names. */
  async *named(sql: string): AsyncGenerator<NamedColumns> {
    yield* this.#db.stream((connection) => namedChunks(connection, sql))
  }

  /** A large result in chunks of rows, over a connection of its own. */
  async *chunks(sql: string): AsyncGenerator<readonly Row[]> {
    yield* this.#db.stream((connection) => rowChunks(connection, sql))
  }

  /** The same row by row. */
  async *stream(sql: string): AsyncGenerator<Row> {
    for await (const chunk of this.chunks(sql)) yield* chunk
  }

  connectionPage(query: ConnectionQuery): Promise<RowPage> {
    return connectionPage(this.#db.connection, query)
  }

  async exchangePage(
    connection: number,
    offset: number,
    limit: number,
  ): Promise<{ total: number; offset: number; rows: ExchangeFact[] }> {
    const page = await exchangePage(this.#db.connection, connection, offset, limit)
    return { total: page.total, offset: page.offset, rows: page.rows.map((row) => exchangeFact(row)) }
  }

  /** A connection joined with its verdict, or undefined if there is none of that number. */
  async connectionRow(id: number): Promise<Row | undefined> {
    const rows = await this.rows(
      `SELECT c.*, v.*, k.* EXCLUDE (connection) FROM connections c JOIN verdicts v ON v.connection = c.id
       LEFT JOIN costs k ON k.connection = c.id WHERE c.id = $1`,
      [id],
    )
    return rows[0]
  }

  async diagnostics(limit: number): Promise<readonly Diagnostic[]> {
    const order = "CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, packet NULLS FIRST"
    return (await this.rows(`SELECT * FROM diagnostics ORDER BY ${order} LIMIT ${Math.trunc(limit)}`)).map(diagnosticOf)
  }

  /** Every connection with its exchanges, in the order of their numbers. */
  facts(): AsyncGenerator<ConnectionFacts> {
    return allFacts(this)
  }

  save(path: string): Promise<void> {
    return this.#db.save(path)
  }

  /** Frees memory and temporary files. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    // Appenders first: one that outlives its database takes the process down when it is collected.
    for (const batch of this.#all) batch.discard()
    await this.#db.close()
  }
}
