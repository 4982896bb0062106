import { nanos } from '../../shared/units'
import type { Store } from '../store/store'
import { connectionFact, connectionRow, verdictOf } from '../store/rows'
import type { AuditSession } from './index'

/** Exchanges that come with a connection's detail; the rest in pages. */
const FIRST_EXCHANGES = 100

const VERDICTS = `
SELECT v.*, k.* EXCLUDE (connection) FROM verdicts v LEFT JOIN costs k ON k.connection = v.connection ORDER BY v.connection`

const ROWS = 'SELECT c.*, v.* FROM connections c JOIN verdicts v ON v.connection = c.id ORDER BY c.id'

class NoSuchConnection extends Error {
  readonly code = 'bad-request'
  constructor(id: number) {
    super(`There is no connection ${id} in this audit.`)
    this.name = 'NoSuchConnection'
  }
}

/** The pages of an audit. @param startedAt its first packet, in nanoseconds from its time base. */
export function rowsOf(
  store: Store,
  startedAt: number,
): Pick<AuditSession, 'connections' | 'connection' | 'exchanges' | 'rows' | 'verdicts'> {
  const start = nanos(startedAt)
  return {
    async connections(query) {
      const page = await store.connectionPage(query)
      return { total: page.total, offset: page.offset, rows: page.rows.map((row) => connectionRow(row, start)) }
    },
    async connection(id) {
      const row = Number.isSafeInteger(id) && id >= 0 && id < 2 ** 31 ? await store.connectionRow(id) : undefined
      if (row === undefined) throw new NoSuchConnection(id)
      const exchanges = await store.exchangePage(id, 0, FIRST_EXCHANGES)
      return { fact: connectionFact(row), row: connectionRow(row, start), verdict: verdictOf(row), exchanges }
    },
    exchanges: (connection, page) => store.exchangePage(connection, page.offset, page.limit),
    async *rows() {
      for await (const row of store.stream(ROWS)) yield connectionRow(row, start)
    },
    async *verdicts() {
      for await (const rows of store.chunks(VERDICTS)) for (const row of rows) yield verdictOf(row)
    },
  }
}
