/**
 * The thread that reads: engine and sink, giving the rows away as columns. The other half, which owns the database, works on
 * the chunk before at the same time (`read-in-thread.ts`).
 */
import { parentPort, workerData } from 'node:worker_threads'
import { readCaptures } from '../engine/pipeline'
import { exchangeSummaries } from '../store/exchange-summaries'
import { HeaderDictionary } from '../store/header-dictionary'
import { RowBuffer } from '../store/row-buffer'
import { StoreSink } from '../store/sink'
import type { FactTable } from '../store/store'
import { connections, diagnostics, exchanges, headerSets } from '../store/tables'
import type { Table } from '../store/column'
import type { OpenedFile } from './files'
import { openFile } from './files'
import { readKeyLogs } from './key-logs'
import type { FromReader, ReaderOrder, ToReader } from './reader-messages'

/** Chunks that may be on their way: beyond this reading waits for the database. */
const MOST_UNDERWAY = 16

const port = parentPort

async function run(tell: (message: FromReader, transfer?: readonly ArrayBuffer[]) => void): Promise<void> {
  const order = workerData as ReaderOrder
  const cancelled = new AbortController()
  const flow = new Flow()
  /** Buffers that came back, to be filled again. */
  const used: Record<FactTable, ArrayBuffer[]> = { connections: [], exchanges: [], diagnostics: [], headers: [], summaries: [] }
  port?.on('message', (message: ToReader) => {
    if (message.kind === 'cancel') cancelled.abort()
    else used[message.table].push(message.buffer)
    flow.taken()
  })
  const giving = <Row>(table: FactTable, of: Table<Row>): RowBuffer<Row> =>
    new RowBuffer(of, (rows) => {
      flow.gave()
      tell({ kind: 'rows', table, rows }, [rows.buffer])
      return used[table].pop()
    })
  const buffers = {
    connections: giving('connections', connections),
    exchanges: giving('exchanges', exchanges),
    diagnostics: giving('diagnostics', diagnostics),
    headers: giving('headers', headerSets),
    summaries: giving('summaries', exchangeSummaries),
  }
  const sink = new StoreSink(buffers, new HeaderDictionary(buffers.headers), 0)
  const files: OpenedFile[] = []
  try {
    for (const path of order.paths) files.push(await openFile(path))
    for (const note of order.notes) sink.diagnostic(note)
    const captures = await readCaptures(files, sink, {
      signal: cancelled.signal,
      keylog: await readKeyLogs(order.keyLogs, order.paths),
      onProgress: (progress) => tell({ kind: 'progress', progress, counts: sink.counts }),
      drain: () => flow.room(),
    })
    for (const buffer of Object.values(buffers)) buffer.flush()
    tell({ kind: 'done', captures, counts: sink.counts })
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    tell({ kind: 'failed', name, code: error instanceof Error && 'code' in error ? String(error.code) : '', message })
  } finally {
    for (const file of files) await file.close()
    port?.close()
  }
}

/** Counts what was given away and not yet taken. */
class Flow {
  #underway = 0
  #waiting: (() => void) | null = null

  gave(): void {
    this.#underway++
  }

  /** A chunk was taken, or the wait is over for another reason. */
  taken(): void {
    this.#underway--
    this.#waiting?.()
    this.#waiting = null
  }

  /** Resolves once there is room; always in a later turn, so that messages are heard. */
  room(): Promise<void> {
    if (this.#underway < MOST_UNDERWAY) return new Promise((resolve) => setImmediate(resolve))
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }
}

if (port !== null) void run((message, transfer) => port.postMessage(message, transfer))
