/**
 * Rows of one table as DuckDB's vectors want them: column behind column in one buffer, with a bit a value that tells whether it
 * is there. It is appended, and sent to another thread, without an object a value.
 */
import type { Cell, Cells, ColumnType, Table } from './column'

/** Rows of one DuckDB vector: the most one chunk holds. */
export const CHUNK_ROWS = 2048
/** Octets of the bits that tell which values are there. */
const VALIDITY = CHUNK_ROWS / 8

/** Octets a value takes in its vector; texts lie beside the buffer. */
const WIDTHS: Readonly<Record<ColumnType, number>> = { DOUBLE: 8, INTEGER: 4, UINTEGER: 4, BOOLEAN: 1, VARCHAR: 0 }

/** A column of texts: `texts[k]` stands in all rows from `starts[k]` up to the next. */
export interface TextRuns {
  readonly texts: readonly (string | null)[]
  readonly starts: readonly number[]
}

/** Some rows of a table, to be appended. */
export interface Rows {
  readonly buffer: ArrayBuffer
  readonly count: number
  /** For each column: is any value of it missing? */
  readonly nulls: readonly boolean[]
  /** The columns of texts, in their order. */
  readonly texts: readonly TextRuns[]
}

/** Where a column lies in the buffer. */
export interface Place {
  readonly type: ColumnType
  readonly values: number
  readonly width: number
  readonly validity: number
}

export interface Layout {
  readonly places: readonly Place[]
  readonly length: number
}

export function layoutOf<Row>(table: Table<Row>): Layout {
  let at = 0
  const places = table.columns.map(({ type }): Place => {
    const width = WIDTHS[type]
    const place = { type, width, values: at, validity: at + width * CHUNK_ROWS }
    at = place.validity + VALIDITY
    return place
  })
  return { places, length: at }
}

/** The texts of a column while it is filled: what stands in several rows one after the other is kept once. */
class RunsOfText implements TextRuns {
  readonly texts: (string | null)[] = []
  readonly starts: number[] = []
  #last: string | null = null

  set(row: number, text: string | null): void {
    if (text === this.#last && row > 0) return
    this.texts.push(text)
    this.starts.push(row)
    this.#last = text
  }
}

/** A buffer being filled. It is looked at as each kind of number, so that no column needs a writer of its own. */
export class Block implements Cells {
  readonly #buffer: ArrayBuffer
  readonly #doubles: Float64Array
  readonly #integers: Int32Array
  readonly #octets: Uint8Array
  /** For each column: where its values, and the bits that tell which are there, begin. */
  readonly #values: Int32Array
  readonly #validity: Int32Array
  /** For each column: octets a value takes. An integer is the same 32 bits with a sign or without. */
  readonly #widths: Uint8Array
  readonly #nulls: boolean[]
  readonly #texts: readonly (RunsOfText | null)[]

  constructor({ places, length }: Layout, buffer = new ArrayBuffer(length)) {
    this.#buffer = buffer
    this.#doubles = new Float64Array(buffer)
    this.#integers = new Int32Array(buffer)
    this.#octets = new Uint8Array(buffer)
    this.#values = Int32Array.from(places, ({ values }) => values)
    this.#validity = Int32Array.from(places, ({ validity }) => validity)
    this.#widths = Uint8Array.from(places, ({ width }) => width)
    this.#nulls = places.map(() => false)
    this.#texts = places.map(({ type }) => (type === 'VARCHAR' ? new RunsOfText() : null))
    for (const { validity } of places) this.#octets.fill(0xff, validity, validity + VALIDITY)
  }

  /** NaN is no number. */
  number(column: number, row: number, value: number | null): void {
    if (value === null || value !== value) return this.#setNull(column, row)
    const at = this.#values[column]!
    if (this.#widths[column] === 8) this.#doubles[(at >> 3) + row] = value
    else this.#integers[(at >> 2) + row] = value
  }

  flag(column: number, row: number, value: boolean | null): void {
    if (value === null) return this.#setNull(column, row)
    this.#octets[this.#values[column]! + row] = value ? 1 : 0
  }

  text(column: number, row: number, value: string | null): void {
    this.#texts[column]!.set(row, value)
    if (value === null) this.#setNull(column, row)
  }

  cell(column: number, row: number, value: Cell): void {
    if (this.#texts[column] !== null) this.text(column, row, typeof value === 'string' ? value : null)
    else if (typeof value === 'number') this.number(column, row, value)
    else this.flag(column, row, typeof value === 'boolean' ? value : null)
  }

  /** What was written into its first `count` rows. The block is not to be written to again. */
  rows(count: number): Rows {
    return { buffer: this.#buffer, count, nulls: this.#nulls, texts: this.#texts.filter((runs) => runs !== null).map(plainRuns) }
  }

  #setNull(column: number, row: number): void {
    this.#nulls[column] = true
    this.#octets[this.#validity[column]! + (row >> 3)]! &= ~(1 << (row & 7))
  }
}

/** What can be sent to another thread. */
const plainRuns = ({ texts, starts }: TextRuns): TextRuns => ({ texts, starts })
