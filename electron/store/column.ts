/** A table described once: its DDL, how a row is taken apart for the appender, and nothing else. */
import type { DuckDBType } from '@duckdb/node-api'
import { BOOLEAN, DOUBLE, INTEGER, UINTEGER, VARCHAR } from '@duckdb/node-api'

export type Cell = number | boolean | string | null
export type ColumnType = 'INTEGER' | 'UINTEGER' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR'

export interface Column<Row> {
  readonly name: string
  readonly type: ColumnType
  readonly of: (row: Row) => Cell
}

export interface Table<Row> {
  readonly name: string
  readonly columns: readonly Column<Row>[]
}

const DUCKDB_TYPES: Readonly<Record<ColumnType, DuckDBType>> = { INTEGER, UINTEGER, DOUBLE, BOOLEAN, VARCHAR }

export const duckdbTypes = <Row>(table: Table<Row>): readonly DuckDBType[] => table.columns.map((c) => DUCKDB_TYPES[c.type])

export const createTable = <Row>(table: Table<Row>): string =>
  `CREATE TABLE ${table.name} (${table.columns.map((c) => `${c.name} ${c.type}`).join(', ')});`

/**
 * The values of a column, row by row. Numbers lie in a typed array, which is written, sent to another thread and read without an
 * object per value; NaN stands for NULL there, since no column holds it.
 */
export type ColumnValues = readonly Cell[] | Float64Array

export const isNumeric = (type: ColumnType): boolean => type === 'DOUBLE' || type === 'INTEGER' || type === 'UINTEGER'

/** Characters of a string that are kept: what a hostile capture can make one cell hold. */
export const MAX_TEXT = 2000

/** Cuts what is too long, and replaces lone surrogates, which UTF-8 cannot hold. */
export function bounded(text: string | null | undefined, limit = MAX_TEXT): string | null {
  if (text === null || text === undefined) return null
  return text.length > limit ? text.slice(0, limit) : text
}

const UINT32_MAX = 0xffff_ffff
/** A count for a UINTEGER column; absurd values are clamped rather than wrapped. */
export const uint = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !Number.isFinite(value) ? null : Math.max(0, Math.min(UINT32_MAX, Math.trunc(value)))
/** A double; what is no finite number becomes NULL. */
export const double = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !Number.isFinite(value) ? null : value
