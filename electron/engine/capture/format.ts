/** Which kind of file this is, told from its first bytes and never from its name. */
import { u32be, u32le } from '../bytes/read'
import { pcapOrder } from './pcap'
import { SECTION_HEADER } from './pcapng'

export type Format = 'pcap' | 'pcapng' | 'json' | 'gzip' | 'zstd' | 'lz4'

/** How many bytes {@link formatOf} wants to see. */
export const HEAD_LENGTH = 64

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

/** Formats that are known and not read: what they are, for the sentence that refuses them. editcap converts all but the last rows. */
const FOREIGN: readonly { readonly name: string; readonly starts: readonly number[]; readonly converts: boolean }[] = [
  { name: 'a Solaris snoop capture', starts: [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0, 0, 0], converts: true },
  { name: 'a Microsoft Network Monitor 1 capture', starts: [0x52, 0x54, 0x53, 0x53], converts: true },
  { name: 'a Microsoft Network Monitor 2 capture', starts: [0x47, 0x4d, 0x42, 0x55], converts: true },
  { name: 'a Sniffer capture', starts: [0x54, 0x52, 0x53, 0x4e, 0x49, 0x46, 0x46], converts: true },
  { name: 'a Visual Networks capture', starts: [0x05, 0x56, 0x4e, 0x46], converts: true },
  { name: 'an Android or Apple packet log', starts: [0x62, 0x74, 0x73, 0x6e, 0x6f, 0x6f, 0x70, 0], converts: true },
  { name: 'a ZIP archive: unpack it first', starts: [0x50, 0x4b, 3, 4], converts: false },
  { name: 'an xz archive: unpack it first', starts: [0xfd, 0x37, 0x7a, 0x58, 0x5a], converts: false },
  { name: 'a bzip2 archive: unpack it first', starts: [0x42, 0x5a, 0x68], converts: false },
  { name: 'a PDF', starts: [0x25, 0x50, 0x44, 0x46], converts: false },
]

/** One sentence for a file that is none of ours. */
export function refusal(name: string, head: Uint8Array): string {
  if (head.length === 0) return `${name} is empty.`
  const foreign = FOREIGN.find(({ starts }) => starts.every((octet, i) => head[i] === octet))
  if (foreign === undefined) return `${name} is not a pcap, pcapng or HAR file.`
  if (!foreign.converts) return `${name} is ${foreign.name}.`
  return `${name} is ${foreign.name}, which is not read: convert it with "editcap -F pcapng INPUT OUTPUT.pcapng".`
}
