/** A HAR's bytes to its entries, chunk by chunk. */
import { throwIfCancelled, type ByteSource, type ReadOptions } from '../source'
import type { HarEntry } from './entry'
import { HarDocument, type Json } from './json/document'
import { knownKind } from './not-har'
import { parseEntry } from './parse-entry'

const CHUNK_BYTES = 256 * 1024
/** Entries kept: each takes up to some kilobytes, and connections can be told only with all of them at hand. */
export const MOST_ENTRIES = 250_000

export interface Entries {
  readonly kept: HarEntry[]
  /** Also those that are no entries at all. */
  read: number
  /** Entries that were one too many. */
  beyond: number
}

/** `head`: the bytes already taken from the source. Reads on until the document ends, breaks, or proves to be something else. */
export async function readEntries(
  source: ByteSource,
  head: Uint8Array,
  options: ReadOptions,
  most = MOST_ENTRIES,
): Promise<{ readonly document: HarDocument; readonly entries: Entries; readonly bytesRead: number }> {
  const entries: Entries = { kept: [], read: 0, beyond: 0 }
  const document = new HarDocument((value: Json) => {
    const entry = entries.kept.length < most ? parseEntry(value, entries.read) : null
    entries.read += 1
    if (entries.kept.length >= most) entries.beyond += 1
    else if (entry !== null) entries.kept.push(entry)
  })
  document.write(head.slice())
  let bytesRead = head.length
  const chunk = new Uint8Array(CHUNK_BYTES)
  while (!document.done && !isSomethingElse(document)) {
    throwIfCancelled(options.signal)
    options.onProgress?.({ bytesRead, packets: 0, timeBase: null })
    const length = await source.read(chunk, 0, chunk.length)
    if (length === 0) break
    bytesRead += length
    document.write(chunk.subarray(0, length))
  }
  throwIfCancelled(options.signal)
  return { document, entries, bytesRead }
}

/** Reading on would tell nothing more. */
const isSomethingElse = (document: HarDocument): boolean =>
  document.root === 'list' || document.root === 'scalar' || (!document.hasLog && knownKind(document.rootKeys) !== null)
