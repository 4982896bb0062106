import type { CaptureFact } from '../../../shared/model/facts'
import { InputError } from '../source'
import type { ByteSource } from '../source'
import { decompress } from './compressed'
import type { DecompressedSource } from './compressed'
import { refusal } from './foreign'
import { formatOf, HEAD_LENGTH } from './format'
import { PeekedSource } from './head'

/** A source whose kind is known, unpacked where it was compressed. */
export interface OpenedInput {
  readonly source: ByteSource
  readonly format: 'pcap' | 'pcapng' | 'json'
  readonly compression: CaptureFact['compression']
  readonly unpacked: DecompressedSource | null
}

/**
 * Looks at the first bytes of a source.
 *
 * @throws InputError in one sentence when it is nothing that can be read
 */
export async function openInput(source: ByteSource): Promise<OpenedInput> {
  let peeked = new PeekedSource(source)
  let head = await peeked.peek(HEAD_LENGTH)
  let format = formatOf(head)
  let compression: OpenedInput['compression'] = null
  let unpacked: DecompressedSource | null = null
  if (format === 'gzip' || format === 'zstd' || format === 'lz4') {
    compression = format
    unpacked = decompress(format, peeked)
    peeked = new PeekedSource(unpacked)
    head = await peeked.peek(HEAD_LENGTH)
    format = formatOf(head)
  }
  if (format === 'pcap' || format === 'pcapng' || format === 'json') return { source: peeked, format, compression, unpacked }
  if (unpacked !== null && unpacked.failure !== null && head.length === 0) {
    throw new InputError('unreadable', `${source.name} is damaged and cannot be decompressed (${unpacked.failure}).`)
  }
  throw new InputError('unknown-format', refusal(source.name, head))
}
