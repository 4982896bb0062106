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

/** Opens a file for reading from its front. @throws FileError */
export async function openFile(path: string): Promise<OpenedFile> {
  let handle: FileHandle | null = null
  try {
    handle = await open(path, 'r')
    const stat = await handle.stat({ bigint: true })
    if (stat.isDirectory()) throw new FileError('unreadable', `${path} is a folder: choose a file in it.`)
    const identity = stat.isFile() && stat.ino !== 0n ? `${stat.dev}:${stat.ino}` : null
    return source(handle, path, stat.isFile() ? Number(stat.size) : 0, identity)
  } catch (error) {
    await handle?.close()
    throw error instanceof FileError ? error : failure(path, error)
  }
}

function source(handle: FileHandle, path: string, size: number, identity: string | null): OpenedFile {
  return {
    name: basename(path),
    identity,
    size,
    async read(into, offset, length) {
      try {
        return (await handle.read(into, offset, length, null)).bytesRead
      } catch (error) {
        throw new InputError('unreadable', failure(path, error).message)
      }
    },
    close: () => handle.close(),
  }
}
