import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Writes a text to a file as UTF-8, piece by piece, never holding all of it. A file that could not be finished is removed. */
export async function writeText(pieces: AsyncIterable<string>, path: string): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), createWriteStream(path, { mode: 0o600 }))
  } catch (thrown) {
    await rm(path, { force: true })
    throw thrown
  }
}
