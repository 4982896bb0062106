import type { Cell, ColumnValues, Table } from './column'
import { isNumeric } from './column'

/** Rows of one DuckDB vector: the most one chunk holds. */
export const CHUNK_ROWS = 2048

/** Takes rows of one table. */
export interface RowTaker<Row> {
  add(row: Row): void
}

/** Columns of at most {@link CHUNK_ROWS} rows; longer arrays hold rubbish behind `count`. */
export type TakeColumns = (columns: readonly ColumnValues[], count: number) => void

/** Collects rows column by column and gives them away a chunk at a time: nothing queues. */
export class RowBuffer<Row> implements RowTaker<Row> {
  readonly #table: Table<Row>
  readonly #columns: (Cell[] | Float64Array)[]
  readonly #take: TakeColumns
  #rows = 0

  /** @param take is given the columns; they are used again after it returns. */
  constructor(table: Table<Row>, take: TakeColumns) {
    this.#table = table
    this.#take = take
    this.#columns = table.columns.map(({ type }) =>
      isNumeric(type) ? new Float64Array(CHUNK_ROWS) : new Array<Cell>(CHUNK_ROWS).fill(null),
    )
  }

  /** Rows not yet given away. */
  get pending(): number {
    return this.#rows
  }

  add(row: Row): void {
    const { columns } = this.#table
    for (let i = 0; i < columns.length; i++) {
      const value = columns[i]!.of(row)
      const column = this.#columns[i]!
      if (column instanceof Float64Array) column[this.#rows] = typeof value === 'number' ? value : NaN
      else column[this.#rows] = value
    }
    if (++this.#rows === CHUNK_ROWS) this.flush()
  }

  flush(): void {
    const count = this.#rows
    this.#rows = 0
    if (count > 0) this.#take(this.#columns, count)
  }

  discard(): void {
    this.#rows = 0
  }
}

/** The first `count` values, as they are where that is all of them. */
export const head = (column: ColumnValues, count: number): ColumnValues =>
  column.length === count ? column : column instanceof Float64Array ? column.subarray(0, count) : column.slice(0, count)
