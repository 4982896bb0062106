/**
 * DuckDB's vectors as the memory they are. The client's own accessors make a big integer for every missing value and call a
 * function for every other one, which for wide tables costs more than the query.
 */
import type { DuckDBDataChunk, DuckDBResult, DuckDBValue } from '@duckdb/node-api'
import { DuckDBTypeId } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import type { Place, TextRuns } from './block'

export type Vector = duckdb.Vector

/** The vectors of a chunk of our own; they stay when it is reset. */
export const vectorsOf = (chunk: DuckDBDataChunk, count: number): readonly Vector[] =>
  Array.from({ length: count }, (_, i) => duckdb.data_chunk_get_vector(chunk.chunk, i))

export function writeValues(vector: Vector, buffer: ArrayBuffer, { values, width }: Place, count: number): void {
  duckdb.copy_data_to_vector(vector, 0, buffer, values, count * width)
}

/** A bit a row, which is 0 where the value is missing; in words of 64. */
export function writeValidity(vector: Vector, buffer: ArrayBuffer, at: number, count: number): void {
  duckdb.vector_ensure_validity_writable(vector)
  duckdb.copy_data_to_vector_validity(vector, 0, buffer, at, Math.ceil(count / 64) * 8)
}

export function writeTexts(vector: Vector, { texts, starts }: TextRuns, count: number): void {
  for (let run = 0; run < texts.length; run++) {
    const text = texts[run] ?? null
    if (text === null) continue
    const end = starts[run + 1] ?? count
    for (let row = starts[run]!; row < end; row++) duckdb.vector_assign_string_element(vector, row, text)
  }
}

/** The values of a column of a result. Numbers lie in a typed array where none is missing; else NULL is null. */
export type ColumnValues = Float64Array | Int32Array | Uint32Array | readonly DuckDBValue[]

/** Reads the columns of chunks of one result. */
export class ChunkReader {
  readonly #types: readonly DuckDBTypeId[]

  constructor(result: DuckDBResult) {
    this.#types = Array.from({ length: result.columnCount }, (_, i) => result.columnTypeId(i))
  }

  columns(chunk: DuckDBDataChunk): readonly ColumnValues[] {
    const count = chunk.rowCount
    return this.#types.map((type, i) => {
      switch (type) {
        case DuckDBTypeId.DOUBLE:
          return numbers(chunk, i, count, 8)
        case DuckDBTypeId.INTEGER:
        case DuckDBTypeId.UINTEGER:
          return numbers(chunk, i, count, 4, type === DuckDBTypeId.INTEGER)
        case DuckDBTypeId.BOOLEAN:
          return flags(chunk, i, count)
        case DuckDBTypeId.VARCHAR:
          return texts(chunk, i, count)
        default:
          return chunk.getColumnValues(i)
      }
    })
  }
}

/** The vector's octets as a copy that outlives the chunk, in a buffer of its own. */
const octets = (vector: Vector, length: number): ArrayBuffer => new Uint8Array(duckdb.vector_get_data(vector, length)).buffer

/** The bits that tell which values are there; null where all are. */
const validityOf = (vector: Vector, count: number): Uint8Array | null =>
  duckdb.vector_get_validity(vector, Math.ceil(count / 64) * 8)

const isThere = (validity: Uint8Array, row: number): boolean => ((validity[row >> 3]! >> (row & 7)) & 1) === 1

function numbers(chunk: DuckDBDataChunk, index: number, count: number, width: 4 | 8, signed = true): ColumnValues {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, index)
  const buffer = octets(vector, count * width)
  const values = width === 8 ? new Float64Array(buffer) : signed ? new Int32Array(buffer) : new Uint32Array(buffer)
  const validity = validityOf(vector, count)
  if (validity === null) return values
  const all = new Array<number | null>(count)
  for (let i = 0; i < count; i++) all[i] = isThere(validity, i) ? values[i]! : null
  return all
}

function flags(chunk: DuckDBDataChunk, index: number, count: number): ColumnValues {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, index)
  const values = duckdb.vector_get_data(vector, count)
  const validity = validityOf(vector, count)
  const all = new Array<boolean | null>(count)
  for (let i = 0; i < count; i++) all[i] = validity === null || isThere(validity, i) ? values[i] === 1 : null
  return all
}

/** What a text takes in its vector: its length, and its octets where they are twelve or fewer, else where they lie. */
const TEXT_WIDTH = 16
const INLINE = 12

function texts(chunk: DuckDBDataChunk, index: number, count: number): ColumnValues {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, index)
  const validity = validityOf(vector, count)
  const data = duckdb.vector_get_data(vector, count * TEXT_WIDTH)
  const lengths = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const inline = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const all = new Array<string | null>(count)
  for (let i = 0; i < count; i++) {
    if (validity !== null && !isThere(validity, i)) {
      all[i] = null
      continue
    }
    const at = i * TEXT_WIDTH
    const length = lengths.getUint32(at, true)
    if (length <= INLINE) all[i] = inline.toString('utf8', at + 4, at + 4 + length)
    else {
      const far = duckdb.get_data_from_pointer(data.buffer as ArrayBuffer, data.byteOffset + at + 8, length)
      all[i] = Buffer.from(far.buffer, far.byteOffset, length).toString('utf8')
    }
  }
  return all
}
