/**
 * Rows of one table as DuckDB's vectors want them: column behind column in one buffer, with a bit a value that tells whether it
 * is there. It is appended, and sent to another thread, without an object a value.
 */
import type { Cell, ColumnType, Table } from './column'

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

abstract class ColumnWriter {
  hasNulls = false
  private readonly validity: Uint8Array

  constructor(buffer: ArrayBuffer, place: Place) {
    this.validity = new Uint8Array(buffer, place.validity, VALIDITY).fill(0xff)
  }

  abstract set(row: number, value: Cell): void

  protected setNull(row: number): void {
    this.hasNulls = true
    this.validity[row >> 3]! &= ~(1 << (row & 7))
  }
}

class NumberWriter extends ColumnWriter {
  constructor(
    buffer: ArrayBuffer,
    place: Place,
    private readonly values: Float64Array | Int32Array | Uint32Array,
  ) {
    super(buffer, place)
  }

  set(row: number, value: Cell): void {
    if (typeof value === 'number' && !Number.isNaN(value)) this.values[row] = value
    else this.setNull(row)
  }
}

class FlagWriter extends ColumnWriter {
  constructor(
    buffer: ArrayBuffer,
    place: Place,
    private readonly values = new Uint8Array(buffer, place.values, CHUNK_ROWS),
  ) {
    super(buffer, place)
  }

  set(row: number, value: Cell): void {
    if (value === null) this.setNull(row)
    else this.values[row] = value === true ? 1 : 0
  }
}

class TextWriter extends ColumnWriter {
  readonly runs = { texts: [] as (string | null)[], starts: [] as number[] }
  private last: Cell = null

  set(row: number, value: Cell): void {
    if (value !== this.last || row === 0) {
      this.runs.texts.push(typeof value === 'string' ? value : null)
      this.runs.starts.push(row)
      this.last = value
    }
    if (value === null) this.setNull(row)
  }
}

function writerOf(buffer: ArrayBuffer, place: Place): ColumnWriter {
  switch (place.type) {
    case 'DOUBLE':
      return new NumberWriter(buffer, place, new Float64Array(buffer, place.values, CHUNK_ROWS))
    case 'INTEGER':
      return new NumberWriter(buffer, place, new Int32Array(buffer, place.values, CHUNK_ROWS))
    case 'UINTEGER':
      return new NumberWriter(buffer, place, new Uint32Array(buffer, place.values, CHUNK_ROWS))
    case 'BOOLEAN':
      return new FlagWriter(buffer, place)
    case 'VARCHAR':
      return new TextWriter(buffer, place)
  }
}

/** A buffer being filled. */
export class Block {
  readonly writers: readonly ColumnWriter[]

  constructor(
    layout: Layout,
    private readonly buffer = new ArrayBuffer(layout.length),
  ) {
    this.writers = layout.places.map((place) => writerOf(buffer, place))
  }

  /** What was written into its first `count` rows. The block is not to be written to again. */
  rows(count: number): Rows {
    return {
      buffer: this.buffer,
      count,
      nulls: this.writers.map(({ hasNulls }) => hasNulls),
      texts: this.writers.filter((writer) => writer instanceof TextWriter).map(({ runs }) => runs),
    }
  }
}
