import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ByteSource } from '../engine/source'
import { InputError } from '../engine/source'

/** A file that cannot be opened. `code` is 'no-such-file' or 'unreadable'; the message is one sentence for the person who chose it. */
export class FileError extends Error {
  constructor(
    readonly code: 'no-such-file' | 'unreadable',
    message: string,
  ) {
    super(message)
    this.name = 'FileError'
  }
}

export interface OpenedFile extends ByteSource {
  park(): Promise<void>
  /** The same for all names of one file; null where nothing tells. */
  readonly identity: string | null
  close(): Promise<void>
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission to read it',
  EPERM: 'you have no permission to read it',
  EMFILE: 'too many files are open',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EIO: 'the disk reported an error',
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

function failure(path: string, error: unknown): Error {
  const code = codeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new FileError('no-such-file', `There is no file ${path}.`)
  return new FileError(
    'unreadable',
    `${path} cannot be read: ${REASONS[code] ?? (code === '' ? 'an unexpected error occurred' : code)}.`,
  )
}

const identityOf = (stat: BigIntStats): string | null => (stat.isFile() && stat.ino !== 0n ? `${stat.dev}:${stat.ino}` : null)

/** Opens a file for reading from its front. @throws FileError */
export async function openFile(path: string): Promise<OpenedFile> {
  let handle: FileHandle | null = null
  try {
    handle = await open(path, 'r')
    const stat = await handle.stat({ bigint: true })
    if (stat.isDirectory()) throw new FileError('unreadable', `${path} is a folder: choose a file in it.`)
    const identity = identityOf(stat)
    return new DiskFile(handle, path, stat.isFile() ? Number(stat.size) : 0, identity)
  } catch (error) {
    await handle?.close()
    throw error instanceof FileError ? error : failure(path, error)
  }
}

/** A file that is opened again where it was parked. */
class DiskFile implements OpenedFile {
  readonly name: string
  readonly rewind?: () => void
  #handle: FileHandle | null
  #position = 0
  readonly #path: string

  constructor(
    handle: FileHandle,
    path: string,
    readonly size: number,
    readonly identity: string | null,
  ) {
    this.name = basename(path)
    this.#handle = handle
    this.#path = path
    // Pipes and devices give what they hold only once.
    if (identity !== null) this.rewind = () => (this.#position = 0)
  }

  async read(into: Uint8Array, offset: number, length: number): Promise<number> {
    try {
      this.#handle ??= await this.#reopen()
      const { bytesRead } = await this.#handle.read(into, offset, length, this.identity === null ? null : this.#position)
      this.#position += bytesRead
      return bytesRead
    } catch (error) {
      throw error instanceof InputError ? error : new InputError('unreadable', failure(this.#path, error).message)
    }
  }

  async park(): Promise<void> {
    if (this.identity !== null) await this.close()
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    await handle?.close()
  }

  async #reopen(): Promise<FileHandle> {
    const handle = await open(this.#path, 'r')
    const stat = await handle.stat({ bigint: true })
    if (identityOf(stat) === this.identity) return handle
    await handle.close()
    throw new InputError('unreadable', `${this.#path} was replaced by another file while it was read.`)
  }
}
