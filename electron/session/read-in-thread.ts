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

/** A thread that began to read when it was made. What it has read waits until there is a store for it, within bounds of its own. */
export class ReaderThread {
  readonly #worker: Worker
  readonly #waiting: FromReader[] = []
  #failure: Error | null = null
  #take: ((message: FromReader) => void) | null = null
  #fail: ((error: Error) => void) | null = null

  constructor(bundle: string, order: ReaderOrder) {
    this.#worker = new Worker(bundle, { workerData: order })
    this.#worker.on('message', (message: FromReader) => {
      if (this.#take === null) this.#waiting.push(message)
      else this.#take(message)
    })
    this.#worker.on('error', (error) => this.#failed(error))
    this.#worker.on('exit', (code) => this.#failed(new InputError('unreadable', `Reading stopped unexpectedly (${code}).`)))
  }

  /**
   * Reads the captures into the store. Called once.
   *
   * @throws what reading here would throw: FileError, InputError.
   */
  async into(store: Store, hooks: ThreadHooks): Promise<readonly CaptureFact[]> {
    const cancel = (): void => this.#tell({ kind: 'cancel' })
    hooks.signal?.addEventListener('abort', cancel)
    try {
      return await new Promise<readonly CaptureFact[]>((resolve, reject) => {
        this.#fail = reject
        this.#take = (message) => {
          try {
            const captures = this.#heard(message, store, hooks)
            if (captures !== null) resolve(captures)
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        }
        if (hooks.signal?.aborted === true) cancel()
        for (const message of this.#waiting.splice(0)) this.#take(message)
        if (this.#failure !== null) reject(this.#failure)
      })
    } finally {
      hooks.signal?.removeEventListener('abort', cancel)
      // Its end need not be waited for: what it read is here.
      void this.end()
    }
  }

  /** Stops reading. Safe to call twice. */
  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #heard(message: FromReader, store: Store, hooks: ThreadHooks): readonly CaptureFact[] | null {
    switch (message.kind) {
      case 'rows':
        store.append(message.table, message.rows)
        this.#giveBack(message.table, message.rows.buffer)
        return null
      case 'progress':
        hooks.onProgress(message.progress, message.counts)
        return null
      case 'done':
        return message.captures
      case 'failed':
        throw errorOf(message)
    }
  }

  #tell(message: ToReader): void {
    this.#worker.postMessage(message)
  }

  #giveBack(table: FactTable, buffer: ArrayBuffer): void {
    this.#worker.postMessage({ kind: 'taken', table, buffer } satisfies ToReader, [buffer])
  }

  #failed(error: Error): void {
    this.#failure ??= error
    this.#fail?.(error)
  }
}

function errorOf({ name, code, message }: Extract<FromReader, { kind: 'failed' }>): Error {
  if (name === 'InputError') return new InputError(code as InputErrorCode, message)
  if (name === 'FileError') return new FileError(code as FileError['code'], message)
  return new Error(message)
}
