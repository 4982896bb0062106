/** Where a report goes: standard output, or a file that appears only once it is complete. */
import { createWriteStream } from 'node:fs'
import { realpath, rename, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem, reasonOf } from './problem'
import { discard, release, temporary } from './temporary'

const CHUNK = 65_536

export type Pieces = AsyncIterable<string> | Iterable<string>

/** Writers yield lines; a write each would cost more than the lines. */
async function* chunked(pieces: Pieces): AsyncGenerator<string> {
  let chunk = ''
  for await (const piece of pieces) {
    chunk += piece
    if (chunk.length >= CHUNK) {
      yield chunk
      chunk = ''
    }
  }
  if (chunk !== '') yield chunk
}

/** Writes to an open stream at the pace of whoever reads it, and leaves it open. */
export async function writeTo(stream: Writable, pieces: Pieces, signal?: AbortSignal): Promise<void> {
  await pipeline(Readable.from(chunked(pieces), { objectMode: true, highWaterMark: 1 }), stream, {
    end: false,
    ...(signal === undefined ? {} : { signal }),
  })
}

/**
 * Where an output path leads, checked before any work is done.
 * @throws Problem if it is one of the inputs, a folder, or in no folder
 */
export async function checkedOutput(out: string, inputs: readonly string[]): Promise<string> {
  const target = await realpath(out).catch(() => resolve(out))
  const there = await stat(target).catch(() => null)
  if (there?.isDirectory() === true) throw new Problem(`${out} is a folder: give --out the name of a file.`)
  for (const input of inputs) {
    const source = await stat(input).catch(() => null)
    if (there !== null && source !== null && there.dev === source.dev && there.ino === source.ino) {
      throw new Problem(`${out} is an input: choose another name for the output.`)
    }
  }
  const folder = await stat(dirname(target)).catch(() => null)
  if (folder?.isDirectory() !== true) throw new Problem(`There is no folder ${dirname(target)} to write ${basename(target)} in.`)
  return target
}

/**
 * Has a file made under a temporary name beside its place and moved there when it is whole: readers never see half of it.
 * A path that is no regular file (a pipe, /dev/null) is made in place.
 */
export async function atomically(target: string, make: (path: string) => Promise<void>): Promise<void> {
  const there = await stat(target).catch(() => null)
  if (there !== null && !there.isFile()) return make(target)
  const draft = temporary(join(dirname(target), `.${basename(target).slice(0, 100)}.${process.pid}.partial`))
  try {
    await make(draft)
    await rename(draft, target)
    release(draft)
  } catch (thrown) {
    discard(draft)
    throw thrown
  }
}

/** @throws Problem if it cannot be written */
export async function writeFile(target: string, pieces: Pieces, signal?: AbortSignal): Promise<void> {
  await atomically(target, async (path) => {
    const file = createWriteStream(path)
    // A file that cannot be opened or filled is the person's to mend; a failure of the writer is not.
    const failures: Error[] = []
    file.on('error', (error) => failures.push(error))
    try {
      await pipeline(Readable.from(chunked(pieces)), file, signal === undefined ? {} : { signal })
    } catch (thrown) {
      if (failures.some((failure) => failure === thrown && 'syscall' in failure)) {
        throw new Problem(`${target} cannot be written: ${reasonOf(thrown)}.`)
      }
      throw thrown
    }
  })
}
