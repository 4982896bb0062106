/** Reading on a thread of its own, while this one writes to the database: worth its start for files that take a second. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { CaptureFact } from '../../shared/model/facts'
import type { InputErrorCode, ReadProgress } from '../engine/source'
import { InputError } from '../engine/source'
import type { RunningCounts } from '../store/sink'
import type { FactTable, Store } from '../store/store'
import { FileError } from './files'
import type { FromReader, ReaderOrder, ToReader } from './reader-messages'

/** Bytes from which a thread pays. */
export const WORTH_A_THREAD = 32 << 20

/** The thread's bundle, beside this code's or one folder up; null where the sources run unbundled. */
export function readerBundle(): string | null {
  const here = typeof __dirname === 'string' ? __dirname : null
  if (here === null) return null
  return [join(here, 'reader.cjs'), join(here, '..', 'reader.cjs')].find((path) => existsSync(path)) ?? null
}

export interface ThreadHooks {
  readonly signal?: AbortSignal | undefined
  onProgress(progress: ReadProgress, counts: RunningCounts): void
}

/**
 * Reads the captures into the store.
 *
 * @throws what reading here would throw: FileError, InputError.
 */
export async function readInThread(
  bundle: string,
  store: Store,
  order: ReaderOrder,
  hooks: ThreadHooks,
): Promise<readonly CaptureFact[]> {
  const worker = new Worker(bundle, { workerData: order })
  const tell = (message: ToReader): void => worker.postMessage(message)
  const giveBack = (table: FactTable, buffer: ArrayBuffer): void =>
    worker.postMessage({ kind: 'taken', table, buffer } satisfies ToReader, [buffer])
  const cancel = (): void => tell({ kind: 'cancel' })
  hooks.signal?.addEventListener('abort', cancel)
  try {
    return await new Promise<readonly CaptureFact[]>((resolve, reject) => {
      worker.on('message', (message: FromReader) => {
        switch (message.kind) {
          case 'rows':
            try {
              store.append(message.table, message.rows)
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)))
            }
            giveBack(message.table, message.rows.buffer)
            break
          case 'progress':
            hooks.onProgress(message.progress, message.counts)
            break
          case 'done':
            resolve(message.captures)
            break
          case 'failed':
            reject(errorOf(message))
            break
        }
      })
      worker.on('error', reject)
      worker.on('exit', (code) => reject(new InputError('unreadable', `Reading stopped unexpectedly (${code}).`)))
      if (hooks.signal?.aborted === true) cancel()
    })
  } finally {
    hooks.signal?.removeEventListener('abort', cancel)
    await worker.terminate()
  }
}

function errorOf({ name, code, message }: Extract<FromReader, { kind: 'failed' }>): Error {
  if (name === 'InputError') return new InputError(code as InputErrorCode, message)
  if (name === 'FileError') return new FileError(code as FileError['code'], message)
  return new Error(message)
}
