import type { Layout, Rows } from './block'
import { Block, CHUNK_ROWS, layoutOf } from './block'
import type { Table } from './column'

/** Takes rows of one table. */
export interface RowTaker<Row> {
  add(row: Row): void
}

/** @returns a buffer for the next rows, such as the one given, when it has been done with; none makes a new one */
export type TakeRows = (rows: Rows) => ArrayBuffer | undefined

/** Collects rows column by column and gives them away a chunk at a time: nothing queues. */
export class RowBuffer<Row> implements RowTaker<Row> {
  readonly #table: Table<Row>
  readonly #layout: Layout
  readonly #take: TakeRows
  #block: Block
  #rows = 0

  constructor(table: Table<Row>, take: TakeRows) {
    this.#table = table
    this.#layout = layoutOf(table)
    this.#take = take
    this.#block = new Block(this.#layout)
  }

  /** Rows not yet given away. */
  get pending(): number {
    return this.#rows
  }

  add(row: Row): void {
    this.#table.fill(this.#block, this.#rows, row)
    this.#rows++
    if (this.#rows === CHUNK_ROWS) this.flush()
  }

  flush(): void {
    const count = this.#rows
    this.#rows = 0
    if (count > 0) this.#block = new Block(this.#layout, this.#take(this.#block.rows(count)))
  }

  discard(): void {
    this.#rows = 0
    this.#block = new Block(this.#layout)
  }
}
