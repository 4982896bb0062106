/** A table described once: its DDL, how a row is taken apart for the appender, and nothing else. */

export type Cell = number | boolean | string | null
export type ColumnType = 'INTEGER' | 'UINTEGER' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR'

export interface ColumnName {
  readonly name: string
  readonly type: ColumnType
}

export interface Column<Row> extends ColumnName {
  readonly of: (row: Row) => Cell
}

/** Takes one cell after another: `column` is its place among the table's columns, and says its type. */
export interface Cells {
  number(column: number, row: number, value: number | null): void
  flag(column: number, row: number, value: boolean | null): void
  text(column: number, row: number, value: string | null): void
  cell(column: number, row: number, value: Cell): void
}

export interface Table<Row> {
  readonly name: string
  readonly columns: readonly ColumnName[]
  /** Writes a row's cells into the row of that number. */
  readonly fill: (cells: Cells, at: number, row: Row) => void
}

/** A table whose columns say themselves what they hold. */
export const columnwise = <Row>(name: string, columns: readonly Column<Row>[]): Table<Row> => ({
  name,
  columns,
  fill(cells, at, row) {
    for (let i = 0; i < columns.length; i++) cells.cell(i, at, columns[i]!.of(row))
  },
})

export const createTable = <Row>(table: Table<Row>): string =>
  `CREATE TABLE ${table.name} (${table.columns.map((c) => `${c.name} ${c.type}`).join(', ')});`

/** Characters of a string that are kept: what a hostile capture can make one cell hold. */
export const MAX_TEXT = 2000
/** Of a request's target more is kept: servers take lines of 8 KiB. */
export const MAX_TARGET = 8192

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
