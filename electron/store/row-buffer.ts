import type { Cell, Table } from './column'

/** Rows of one DuckDB vector: the most one chunk holds. */
export const CHUNK_ROWS = 2048

/** Takes rows of one table. */
export interface RowTaker<Row> {
  add(row: Row): void
}

/** Columns of at most {@link CHUNK_ROWS} rows; longer arrays hold rubbish behind `count`. */
export type TakeColumns = (columns: readonly (readonly Cell[])[], count: number) => void

/** Collects rows column by column and gives them away a chunk at a time: nothing queues. */
export class RowBuffer<Row> implements RowTaker<Row> {
  readonly #table: Table<Row>
  readonly #columns: Cell[][]
  readonly #take: TakeColumns
  #rows = 0

  /** @param take is given the columns; they are used again after it returns. */
  constructor(table: Table<Row>, take: TakeColumns) {
    this.#table = table
    this.#take = take
    this.#columns = table.columns.map(() => new Array<Cell>(CHUNK_ROWS).fill(null))
  }

  /** Rows not yet given away. */
  get pending(): number {
    return this.#rows
  }

  add(row: Row): void {
    const { columns } = this.#table
    for (let i = 0; i < columns.length; i++) this.#columns[i]![this.#rows] = columns[i]!.of(row)
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
