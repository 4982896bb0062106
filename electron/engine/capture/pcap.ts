/**
 * Classic pcap (draft-ietf-opsawg-pcap): a 24-byte file header, then records of a 16-byte header and a packet, in
 * the byte order of the machine that wrote it, with microseconds or nanoseconds. Kuznetzov's modified format has
 * 24-byte record headers.
 */
import { u16be, u16le, u32be, u32le } from '../bytes/read'
import type { ReadWindow } from '../bytes/window'
import type { Clock } from './clock'
import type { Diagnostics } from './diagnostics'
import type { Packet, PacketHandler } from './packet'

export const PCAP_MAGIC = { micros: 0xa1b2c3d4, nanos: 0xa1b23c4d, kuznetzov: 0xa1b2cd34 } as const

/** No capture tool writes larger packets; a larger length means that the file is damaged here. */
export const LARGEST_PACKET = 1 << 20

export interface Reading {
  readonly window: ReadWindow
  readonly clock: Clock
  readonly packet: Packet
  readonly onPacket: PacketHandler
  readonly diagnostics: Diagnostics
  readonly linkTypes: Set<number>
}

/** Is this the first word of a classic pcap file? */
export function pcapOrder(head: Uint8Array): { bigEndian: boolean; magic: number } | null {
  for (const bigEndian of [true, false]) {
    const magic = bigEndian ? u32be(head, 0) : u32le(head, 0)
    if (magic === PCAP_MAGIC.micros || magic === PCAP_MAGIC.nanos || magic === PCAP_MAGIC.kuznetzov) return { bigEndian, magic }
  }
  return null
}

/** Reads the packets up to the end of the file or the start of another one in it. Returns whether the file ends inside a record. */
export async function readPcap(reading: Reading): Promise<{ truncated: boolean }> {
  const { window, clock, packet, onPacket, diagnostics, linkTypes } = reading
  if (!(await window.require(24))) return cut(reading, 'file header')
  const order = pcapOrder(window.buf.subarray(window.pos))
  if (order === null) return { truncated: false }
  const u32 = order.bigEndian ? u32be : u32le
  const toNanos = order.magic === PCAP_MAGIC.nanos ? 1 : 1000
  const headerLength = order.magic === PCAP_MAGIC.kuznetzov ? 24 : 16
  // The upper bits hold the FCS length (bit 26: present, bits 28–31: its 16-bit words).
  const network = u32(window.buf, window.pos + 20)
  packet.linkType = network & 0xffff
  packet.fcsLength = (network & 0x0400_0000) !== 0 ? (network >>> 28) * 2 : 0
  const major = (order.bigEndian ? u16be : u16le)(window.buf, window.pos + 4)
  if (major !== 2) diagnostics.note('warning', 'pcap-version', `The capture says it is pcap version ${major}, read as version 2.`, null, 4)
  linkTypes.add(packet.linkType)
  window.pos += 24

  for (;;) {
    if (window.available < headerLength && !(await window.require(headerLength))) {
      return window.available === 0 ? { truncated: false } : cut(reading, 'record header')
    }
    const { buf, pos } = window
    const captured = u32(buf, pos + 8)
    if (captured > LARGEST_PACKET) {
      if (pcapOrder(buf.subarray(pos)) !== null) return { truncated: false }
      diagnostics.note(
        'error',
        'damaged-record',
        `A record claims ${captured} bytes: the file is damaged here, and what follows cannot be read.`,
        packet.number + 1,
        window.offset,
      )
      return { truncated: true }
    }
    const length = headerLength + captured
    if (window.available < length && !(await window.require(length))) return cut(reading, 'packet')
    const b = window.buf
    const p = window.pos
    packet.buf = b
    packet.start = p + headerLength
    packet.end = p + length
    packet.wireLength = Math.max(captured, u32(b, p + 12))
    packet.number++
    packet.at = clock.at(u32(b, p), u32(b, p + 4) * toNanos)
    onPacket(packet)
    window.pos += length
  }
}

function cut({ window, diagnostics, packet }: Reading, inside: string): { truncated: boolean } {
  diagnostics.note(
    'warning',
    'truncated-file',
    `The file ends in the middle of a ${inside}: the packets before it were read.`,
    packet.number,
    window.offset,
  )
  return { truncated: true }
}
