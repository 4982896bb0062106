import { fstat } from 'node:fs'
import type { Readable } from 'node:stream'
import { InputError, throwIfCancelled } from '../engine/source'
import type { OpenedFile } from './files'

/** Standard input as a source. Its size is known where a file was put there (`< shop.pcap`). */
export async function standardInput(stream: Readable, signal: AbortSignal | undefined): Promise<OpenedFile> {
  const size = await sizeOf(stream)
  const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]()
  let chunk: Uint8Array = new Uint8Array(0)
  // A reading that waits for the next packet is to end at once when it is cancelled.
  const stop = (): void => void stream.destroy()
  signal?.addEventListener('abort', stop, { once: true })
  return {
    name: 'standard input',
    identity: null,
    size,
    async read(into, offset, length) {
      while (chunk.length === 0) {
        const next = await nextOf(chunks).catch((error: unknown) => {
          throwIfCancelled(signal)
          throw new InputError('unreadable', `Standard input cannot be read: ${reason(error)}.`)
        })
        throwIfCancelled(signal)
        if (next === null) return 0
        chunk = next
      }
      const n = Math.min(length, chunk.length)
      into.set(chunk.subarray(0, n), offset)
      chunk = chunk.subarray(n)
      return n
    },
    close() {
      signal?.removeEventListener('abort', stop)
      stream.destroy()
      return Promise.resolve()
    },
  }
}

async function nextOf(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | null> {
  const next: IteratorResult<Uint8Array, unknown> = await chunks.next()
  return next.done === true ? null : next.value
}

const reason = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'an unexpected error occurred'

function sizeOf(stream: Readable): Promise<number> {
  const fd = 'fd' in stream ? stream.fd : null
  if (typeof fd !== 'number') return Promise.resolve(0)
  return new Promise((resolve) => fstat(fd, (error, stats) => resolve(error === null && stats.isFile() ? stats.size : 0)))
}
