/** The page of connections: sort columns from a fixed list, everything else as bound parameters. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import type { ConnectionQuery, ConnectionSort } from '../../shared/contract/engine-api'
import type { Row } from './rows'

export const MAX_PAGE = 500

const SORTS: Readonly<Record<ConnectionSort, string>> = {
  id: 'c.id',
  openedAt: 'c.first_at',
  duration: '(c.last_at - c.first_at)',
  exchanges: 'c.exchange_count',
  bytes: '(c.client_bytes + c.server_bytes)',
  setup: 'v.setup_seconds',
  rtt: 'c.rtt',
  origin: 'v.origin',
  verdict: "v.verdict || '/' || coalesce(v.cause, '')",
}

const FROM = 'FROM connections c JOIN verdicts v ON v.connection = c.id'

interface Where {
  readonly sql: string
  readonly values: DuckDBValue[]
}

function where(query: ConnectionQuery): Where {
  const clauses: string[] = []
  const values: DuckDBValue[] = []
  const bind = (value: DuckDBValue): string => `$${values.push(value)}`
  if (query.verdict !== undefined) clauses.push(`v.verdict = ${bind(query.verdict)}`)
  if (query.cause !== undefined) clauses.push(`v.cause = ${bind(query.cause)}`)
  if (query.origin !== undefined) clauses.push(`v.origin = ${bind(query.origin)}`)
  const text = query.text?.trim().toLowerCase() ?? ''
  if (text !== '') {
    const needle = bind(text.replace(/^#/, ''))
    const fields = ['v.origin', "c.client_ip || ':' || c.client_port", "c.server_ip || ':' || c.server_port"]
    clauses.push(`(c.id::VARCHAR = ${needle} OR ${fields.map((f) => `contains(lower(${f}), ${needle})`).join(' OR ')})`)
  }
  return { sql: clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`, values }
}

const whole = (value: number, most: number): number =>
  Number.isFinite(value) ? Math.max(0, Math.min(most, Math.trunc(value))) : 0

export interface RowPage {
  readonly total: number
  readonly offset: number
  readonly rows: readonly Row[]
}

export async function connectionPage(connection: DuckDBConnection, query: ConnectionQuery): Promise<RowPage> {
  const { sql, values } = where(query)
  const sort = Object.hasOwn(SORTS, query.sort) ? SORTS[query.sort] : SORTS.id
  const direction = query.descending ? 'DESC' : 'ASC'
  const limit = whole(query.limit, MAX_PAGE)
  const offset = whole(query.offset, 2 ** 31)
  const total = await connection.runAndReadAll(`SELECT count(*)::DOUBLE AS n ${FROM} ${sql}`, values)
  const page = await connection.runAndReadAll(
    `SELECT c.*, v.* ${FROM} ${sql} ORDER BY ${sort} ${direction} NULLS LAST, c.id LIMIT ${limit} OFFSET ${offset}`,
    values,
  )
  return { total: total.getRowObjects()[0]!.n as number, offset, rows: page.getRowObjects() }
}

export async function exchangePage(connection: DuckDBConnection, id: number, offset: number, limit: number): Promise<RowPage> {
  const from = whole(offset, 2 ** 31)
  const total = await connection.runAndReadAll('SELECT count(*)::DOUBLE AS n FROM exchange_rows WHERE connection = $1', [id])
  const page = await connection.runAndReadAll(
    `SELECT * FROM exchanges WHERE connection = $1 ORDER BY ordinal LIMIT ${whole(limit, MAX_PAGE)} OFFSET ${from}`,
    [id],
  )
  return { total: total.getRowObjects()[0]!.n as number, offset: from, rows: page.getRowObjects() }
}
