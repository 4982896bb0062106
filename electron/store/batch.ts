import type { DuckDBAppender, DuckDBConnection, DuckDBType } from '@duckdb/node-api'
import { BOOLEAN, DOUBLE, DuckDBDataChunk, INTEGER, UINTEGER, VARCHAR } from '@duckdb/node-api'
import type { Layout, Rows } from './block'
import { layoutOf } from './block'
import type { ColumnType, Table } from './column'
import type { RowTaker } from './row-buffer'
import { RowBuffer } from './row-buffer'
import type { Vector } from './vectors'
import { vectorsOf, writeTexts, writeValidity, writeValues } from './vectors'

const DUCKDB_TYPES: Readonly<Record<ColumnType, DuckDBType>> = { INTEGER, UINTEGER, DOUBLE, BOOLEAN, VARCHAR }

/** Rows after which the appender hands over what it holds, so that little is left to do at the end; fewer leave half-empty segments behind. */
const FLUSH_ROWS = 32_768

/** Writes rows to a table a chunk of columns at a time, as plain memory: no value goes through a call of its own but texts. */
export class Batch<Row> implements RowTaker<Row> {
  readonly #buffer: RowBuffer<Row>
  readonly #layout: Layout
  readonly #chunk: DuckDBDataChunk
  readonly #vectors: readonly Vector[]
  readonly #appender: DuckDBAppender
  #unflushed = 0

  private constructor(table: Table<Row>, appender: DuckDBAppender) {
    this.#appender = appender
    this.#layout = layoutOf(table)
    this.#chunk = DuckDBDataChunk.create(table.columns.map(({ type }) => DUCKDB_TYPES[type]))
    this.#vectors = vectorsOf(this.#chunk, table.columns.length)
    this.#buffer = new RowBuffer(table, (rows) => {
      this.append(rows)
      return rows.buffer
    })
  }

  static async open<Row>(connection: DuckDBConnection, table: Table<Row>): Promise<Batch<Row>> {
    return new Batch(table, await connection.createAppender(table.name))
  }

  /** Rows not yet handed to DuckDB. */
  get pending(): number {
    return this.#buffer.pending
  }

  add(row: Row): void {
    this.#buffer.add(row)
  }

  /** Rows that come as columns already. Their buffer can be used again afterwards. */
  append({ buffer, count, nulls, texts }: Rows): void {
    const chunk = this.#chunk
    chunk.reset()
    chunk.rowCount = count
    let nextText = 0
    for (const [i, place] of this.#layout.places.entries()) {
      const vector = this.#vectors[i]!
      if (place.type === 'VARCHAR') writeTexts(vector, texts[nextText++]!, count)
      else writeValues(vector, buffer, place, count)
      if (nulls[i] === true) writeValidity(vector, buffer, place.validity, count)
    }
    this.#appender.appendDataChunk(chunk)
    this.#unflushed += count
    if (this.#unflushed >= FLUSH_ROWS) this.#flush()
  }

  #flush(): void {
    this.#unflushed = 0
    this.#appender.flushSync()
  }

  /** Makes everything added so far visible to queries. */
  flush(): void {
    this.#buffer.flush()
    this.#flush()
  }

  close(): void {
    this.flush()
    this.#appender.closeSync()
  }

  /** Gives up what is not yet flushed. */
  discard(): void {
    this.#buffer.discard()
    this.#appender.clear()
    this.#appender.closeSync()
  }
}
