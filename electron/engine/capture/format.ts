/** Which kind of file this is, told from its first bytes and never from its name. */
import { u32be, u32le } from '../bytes/read'
import { pcapOrder } from './pcap'
import { SECTION_HEADER } from './pcapng'

export type Format = 'pcap' | 'pcapng' | 'json' | 'gzip' | 'zstd' | 'lz4'

/** How many bytes of a file tell its format, or what else it is: a tar archive says so behind byte 256. */
export const HEAD_LENGTH = 262

const ZSTD_FRAME = 0xfd2fb528
const LZ4_FRAME = 0x184d2204

export function formatOf(head: Uint8Array): Format | null {
  if (head.length >= 4) {
    const word = u32be(head, 0)
    if (word === SECTION_HEADER) return 'pcapng'
    if (pcapOrder(head) !== null) return 'pcap'
    const little = u32le(head, 0)
    if (little === ZSTD_FRAME || little >>> 4 === 0x184d2a5) return 'zstd'
    if (little === LZ4_FRAME) return 'lz4'
  }
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  const text = firstVisible(head)
  if (text === 0x7b || text === 0x5b) return 'json'
  return null
}

/** The first octet that is neither white space nor part of a UTF-8 byte-order mark. */
function firstVisible(head: Uint8Array): number | null {
  let i = head.length >= 3 && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  while (i < head.length && (head[i] === 0x20 || head[i] === 0x0a || head[i] === 0x0d || head[i] === 0x09)) i++
  return head[i] ?? null
}
