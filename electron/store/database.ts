import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { DuckDBInstance } from '@duckdb/node-api'
import { megabytes, MemoryGate, memoryLimit } from './memory'
import { SCHEMA } from './schema'

/** Connections kept for the next statement. */
const MOST_IDLE = 4

export interface Database {
  readonly connection: DuckDBConnection
  /** Lends a connection that nothing else uses meanwhile: statements begun together run together. */
  lend<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T>
  /** Reads over a connection of its own, since a connection's next query ends the stream before it. */
  stream<T>(read: (connection: DuckDBConnection) => AsyncGenerator<T>): AsyncGenerator<T>
  /** Writes everything to a new DuckDB file. Throws if the file exists or cannot be written. */
  save(path: string): Promise<void>
  close(): Promise<void>
}

/** Text as an SQL literal: for the few statements that take no parameters (ATTACH). */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** An empty audit in memory that spills to a temporary folder of its own. It loads no extensions and reaches no network. */
export async function openDatabase(limit = memoryLimit()): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'roundtrip-'))
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: megabytes(limit),
    threads: '2',
    temp_directory: folder,
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  await connection.run(SCHEMA)
  const gate = new MemoryGate(limit, async (raised) => {
    await connection.run(`SET memory_limit = ${literal(megabytes(raised))}`)
  })
  const idle: DuckDBConnection[] = []
  let open = true
  const back = (lent: DuckDBConnection): void => {
    if (open && idle.length < MOST_IDLE) idle.push(lent)
    else lent.closeSync()
  }
  return {
    connection,
    lend: (use) =>
      gate.run(async () => {
        const lent = idle.pop() ?? (await instance.connect())
        try {
          return await use(lent)
        } finally {
          back(lent)
        }
      }),
    async *stream<T>(read: (connection: DuckDBConnection) => AsyncGenerator<T>) {
      const own = await instance.connect()
      let rows: AsyncGenerator<T> | null = null
      try {
        // Sorting and joining are done when the first rows come: until then it can be begun anew.
        const begun = await gate.run(async () => {
          const begins = read(own)
          return { begins, first: await begins.next() }
        })
        rows = begun.begins
        if (begun.first.done === true) return
        yield begun.first.value
        yield* rows
      } finally {
        await rows?.return(undefined)
        own.closeSync()
      }
    },
    async save(path) {
      await connection.run(`ATTACH ${literal(path)} AS saved`)
      try {
        await connection.run('COPY FROM DATABASE memory TO saved')
      } finally {
        await connection.run('DETACH saved')
      }
    },
    async close() {
      if (!open) return
      open = false
      for (const one of idle.splice(0)) one.closeSync()
      connection.closeSync()
      instance.closeSync()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
