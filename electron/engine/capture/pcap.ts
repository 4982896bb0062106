/**
 * Classic pcap (draft-ietf-opsawg-pcap): a 24-byte file header, then records of a 16-byte header and a packet, in
 * the byte order of the machine that wrote it, with microseconds or nanoseconds. Kuznetzov's modified format has
 * 24-byte record headers.
 */
import { u16be, u16le, u32be, u32le } from '../bytes/read'
import type { Packet } from './packet'
import { Step, TRUNCATED_FILE } from './reader'
import type { Input, PacketReader } from './reader'

export const PCAP_MAGIC = { micros: 0xa1b2c3d4, nanos: 0xa1b23c4d, kuznetzov: 0xa1b2cd34 } as const

/** No capture tool writes larger packets; a larger length means that the file is damaged here. */
export const LARGEST_PACKET = 1 << 20
const FILE_HEADER = 24

/** Byte order and magic number, if these are the first bytes of a classic pcap file. */
export function pcapOrder(head: Uint8Array, at = 0): { bigEndian: boolean; magic: number } | null {
  for (const bigEndian of [true, false]) {
    const magic = bigEndian ? u32be(head, at) : u32le(head, at)
    if (isMagic(magic)) return { bigEndian, magic }
  }
  return null
}

const isMagic = (word: number): boolean =>
  word === PCAP_MAGIC.micros || word === PCAP_MAGIC.nanos || word === PCAP_MAGIC.kuznetzov

/**
 * Does another capture begin at `at`, where a record would, as `cat` puts them together? Its version (or byte-order magic)
 * tells it from a record of the year 2055, whose seconds would look like a first word. Looks at twelve bytes.
 */
export function anotherBegins(b: Uint8Array, at: number): boolean {
  // Asked at every record: the first octet rules nearly all of them out.
  const first = b[at]!
  if (first !== 0x0a && first !== 0xa1 && first !== 0xd4 && first !== 0x4d && first !== 0x34) return false
  const word = u32be(b, at)
  if (word === 0x0a0d0d0a) return u32be(b, at + 8) === 0x1a2b3c4d || u32le(b, at + 8) === 0x1a2b3c4d
  if (isMagic(word)) return u16be(b, at + 4) === 2
  return isMagic(u32le(b, at)) && u16le(b, at + 4) === 2
}

export class PcapReader implements PacketReader {
  needed = FILE_HEADER
  truncated = false
  readonly others = 0
  readonly dropped = null
  private u32 = u32le
  private toNanos = 1000
  private recordHeader = 16
  private linkType = -1
  private fcsLength = 0

  constructor(private readonly input: Input) {}

  next(packet: Packet, last: boolean): Step {
    const { window, context } = this.input
    if (this.linkType < 0) {
      if (window.available < FILE_HEADER) return this.wait(FILE_HEADER, last, 'file header')
      this.readFileHeader()
    }
    const { recordHeader, u32 } = this
    if (window.available < recordHeader) return this.wait(recordHeader, last, 'record header')
    const { buf, pos } = window
    if (anotherBegins(buf, pos)) return Step.end
    const captured = u32(buf, pos + 8)
    if (captured > LARGEST_PACKET) return this.damaged(captured)
    const length = recordHeader + captured
    if (window.available < length) return this.wait(length, last, 'packet')
    packet.buf = buf
    packet.start = pos + recordHeader
    packet.end = pos + length
    packet.wireLength = Math.max(captured, u32(buf, pos + 12))
    packet.linkType = this.linkType
    packet.fcsLength = this.fcsLength
    packet.at = context.clock.at(u32(buf, pos), u32(buf, pos + 4) * this.toNanos)
    window.pos += length
    return Step.packet
  }

  private readFileHeader(): void {
    const { window, context, linkTypes } = this.input
    const { buf, pos } = window
    const order = pcapOrder(buf, pos) ?? { bigEndian: false, magic: PCAP_MAGIC.micros }
    this.u32 = order.bigEndian ? u32be : u32le
    this.toNanos = order.magic === PCAP_MAGIC.nanos ? 1 : 1000
    this.recordHeader = order.magic === PCAP_MAGIC.kuznetzov ? 24 : 16
    const major = (order.bigEndian ? u16be : u16le)(buf, pos + 4)
    if (major !== 2) {
      context.diagnostics.note(
        'warning',
        'pcap-version',
        `The capture says it is pcap version ${major}; it was read as version 2.`,
        null,
        window.offset + 4,
      )
    }
    // The upper bits hold the FCS length (bit 26: present, bits 28–31: its 16-bit words).
    const network = this.u32(buf, pos + 20)
    this.linkType = network & 0xffff
    this.fcsLength = (network & 0x0400_0000) !== 0 ? (network >>> 28) * 2 : 0
    linkTypes.add(this.linkType)
    window.pos += FILE_HEADER
  }

  private wait(needed: number, last: boolean, inside: string): Step {
    const { window, context } = this.input
    this.needed = needed
    if (!last) return Step.more
    if (window.available > 0) {
      this.truncated = true
      context.diagnostics.note('warning', 'truncated-file', TRUNCATED_FILE(inside), context.packets, window.offset)
    }
    return Step.end
  }

  private damaged(captured: number): Step {
    const { window, context } = this.input
    if (this.truncated) return Step.end
    this.truncated = true
    context.diagnostics.note(
      'error',
      'damaged-record',
      `A record claims ${captured} bytes: the file is damaged here, and what follows cannot be read.`,
      context.packets + 1,
      window.offset,
    )
    return Step.end
  }
}
