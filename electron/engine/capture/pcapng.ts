/**
 * pcapng (draft-ietf-opsawg-pcapng): blocks of type, length, body, length. Sections may differ in byte order, and each
 * has its own interfaces with their own link type and clock. Unknown blocks are skipped by their length.
 */
import { u16be, u16le, u32be, u32le } from '../bytes/read'
import { MICROSECONDS, resolutionOf, split, splitUnits } from './clock'
import type { Resolution } from './clock'
import { LARGEST_PACKET } from './pcap'
import type { Reading } from './pcap'

export const SECTION_HEADER = 0x0a0d0d0a
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const BLOCK = { interface: 1, packet: 2, simplePacket: 3, enhancedPacket: 6 } as const
/** Blocks that other analysers number like packets: systemd journal entries and custom blocks. Ours must agree with theirs. */
const NUMBERED = new Set([9, 0x0bad, 0x4000_0bad])
const OPTION = { end: 0, tsresol: 9, fcslen: 13, tsoffset: 14 } as const
/** Decryption secrets and name resolution blocks can be large; nothing sane is larger. */
const LARGEST_BLOCK = 64 << 20
const MOST_INTERFACES = 65_536

interface Interface {
  readonly linkType: number
  readonly snaplen: number
  readonly fcsLength: number
  readonly resolution: Resolution
}

interface Section {
  bigEndian: boolean
  interfaces: Interface[]
}

/** Reads every block to the end. Returns whether the file ends inside one. */
export async function readPcapng(reading: Reading): Promise<{ truncated: boolean }> {
  const { window, diagnostics, packet } = reading
  const section: Section = { bigEndian: false, interfaces: [] }
  for (;;) {
    if (window.available < 12 && !(await window.require(12))) {
      if (window.available === 0) return { truncated: false }
      diagnostics.note('warning', 'truncated-file', 'The file ends in the middle of a block: the blocks before it were read.', packet.number, window.offset)
      return { truncated: true }
    }
    if (u32be(window.buf, window.pos) === SECTION_HEADER) startSection(section, window.buf, window.pos)
    const u32 = section.bigEndian ? u32be : u32le
    const type = u32(window.buf, window.pos)
    const length = u32(window.buf, window.pos + 4)
    if (length < 12 || length > LARGEST_BLOCK) {
      diagnostics.note(
        'error',
        'damaged-block',
        `A block claims ${length} bytes: the file is damaged here, and what follows cannot be read.`,
        packet.number,
        window.offset,
      )
      return { truncated: true }
    }
    // Lengths are multiples of four; some writers forget to count the padding, which is there all the same.
    const padded = (length + 3) & ~3
    if (window.available < padded && !(await window.require(padded)) && window.available < length) {
      const partial = window.available
      diagnostics.note('warning', 'truncated-file', 'The file ends in the middle of a block: the blocks before it were read.', packet.number, window.offset)
      // A packet block whose data is cut still holds the packet's beginning.
      if (type === BLOCK.enhancedPacket && partial >= 32) enhancedPacket(reading, section, window.pos, window.pos + partial, window.pos + partial)
      return { truncated: true }
    }
    const start = window.pos
    const bodyEnd = start + length - 4
    if (type === BLOCK.enhancedPacket) enhancedPacket(reading, section, start, bodyEnd, bodyEnd)
    else if (type === BLOCK.simplePacket) simplePacket(reading, section, start, bodyEnd)
    else if (type === BLOCK.packet) obsoletePacket(reading, section, start, bodyEnd)
    else if (type === BLOCK.interface) addInterface(reading, section, start, bodyEnd)
    else if (NUMBERED.has(type)) packet.number++
    window.pos += Math.min(padded, window.available)
  }
}

function startSection(section: Section, buf: Uint8Array, pos: number): void {
  section.bigEndian = u32be(buf, pos + 8) === BYTE_ORDER_MAGIC
  section.interfaces = []
}

function addInterface({ window, diagnostics, linkTypes, packet }: Reading, section: Section, start: number, bodyEnd: number): void {
  const { buf } = window
  if (bodyEnd - start < 16 || section.interfaces.length >= MOST_INTERFACES) {
    diagnostics.note('warning', 'damaged-block', 'An interface description is too short to be read.', packet.number, window.offset)
    return
  }
  const u16 = section.bigEndian ? u16be : u16le
  const u32 = section.bigEndian ? u32be : u32le
  const linkType = u16(buf, start + 8)
  let perSecond = MICROSECONDS.perSecond
  let offset = 0
  let fcsLength = 0
  for (let p = start + 16; p + 4 <= bodyEnd; ) {
    const code = u16(buf, p)
    const length = u16(buf, p + 2)
    const value = p + 4
    if (code === OPTION.end || value + length > bodyEnd) break
    if (code === OPTION.tsresol && length >= 1) perSecond = resolutionOf(buf[value] as number)
    else if (code === OPTION.tsoffset && length >= 8) offset = signed64(u32, buf, value, section.bigEndian)
    else if (code === OPTION.fcslen && length >= 1) fcsLength = buf[value] as number
    p = value + ((length + 3) & ~3)
  }
  linkTypes.add(linkType)
  section.interfaces.push({ linkType, snaplen: u32(buf, start + 12), fcsLength, resolution: { perSecond, offset } })
}

function signed64(u32: typeof u32be, buf: Uint8Array, o: number, bigEndian: boolean): number {
  const high = u32(buf, bigEndian ? o : o + 4) | 0
  const low = u32(buf, bigEndian ? o + 4 : o)
  const value = high * 2 ** 32 + low
  return Number.isSafeInteger(value) ? value : 0
}

/** Enhanced Packet Block (§4.3): interface, time stamp, captured and original length, data. */
function enhancedPacket(reading: Reading, section: Section, start: number, bodyEnd: number, dataEnd: number): void {
  if (bodyEnd - start < 28) return tooShort(reading)
  const { buf } = reading.window
  const u32 = section.bigEndian ? u32be : u32le
  emit(reading, section, u32(buf, start + 8), start + 28, u32(buf, start + 20), u32(buf, start + 24), dataEnd, u32(buf, start + 12), u32(buf, start + 16))
}

/** The obsolete Packet Block (appendix A): 16-bit interface id and drop count. */
function obsoletePacket(reading: Reading, section: Section, start: number, bodyEnd: number): void {
  if (bodyEnd - start < 28) return tooShort(reading)
  const { buf } = reading.window
  const u32 = section.bigEndian ? u32be : u32le
  const u16 = section.bigEndian ? u16be : u16le
  emit(reading, section, u16(buf, start + 8), start + 28, u32(buf, start + 20), u32(buf, start + 24), bodyEnd, u32(buf, start + 12), u32(buf, start + 16))
}

/** Simple Packet Block (§4.4): the original length only; no time; interface 0; captured length is the smaller of that and snaplen. */
function simplePacket(reading: Reading, section: Section, start: number, bodyEnd: number): void {
  if (bodyEnd - start < 12) return tooShort(reading)
  const { buf } = reading.window
  const original = (section.bigEndian ? u32be : u32le)(buf, start + 8)
  const snaplen = section.interfaces[0]?.snaplen ?? 0
  const captured = Math.min(original, snaplen === 0 ? original : snaplen, bodyEnd - start - 12)
  emit(reading, section, 0, start + 12, captured, original, bodyEnd, null, null)
}

function emit(
  reading: Reading,
  section: Section,
  interfaceId: number,
  start: number,
  captured: number,
  original: number,
  dataEnd: number,
  high: number | null,
  low: number | null,
): void {
  const { packet, window, clock, onPacket, diagnostics } = reading
  packet.number++
  const from = section.interfaces[interfaceId]
  if (from === undefined) {
    diagnostics.note('warning', 'unknown-interface', `A packet names interface ${interfaceId}, which its section does not describe.`, packet.number, window.offset)
    return
  }
  let length = captured
  if (start + length > dataEnd || length > LARGEST_PACKET) {
    length = Math.max(0, Math.min(dataEnd - start, LARGEST_PACKET))
    diagnostics.note('warning', 'truncated-packet', `A packet claims ${captured} captured bytes but its block holds ${length}.`, packet.number, window.offset)
  }
  packet.buf = window.buf
  packet.start = start
  packet.end = start + length
  packet.wireLength = Math.max(length, original)
  packet.linkType = from.linkType
  packet.fcsLength = from.fcsLength
  if (high !== null && low !== null) {
    splitUnits(high, low, from.resolution.perSecond)
    packet.at = clock.at(split.seconds + from.resolution.offset, split.nanoseconds)
  } else {
    // A simple packet has no time stamp: it takes that of the packet before it.
    packet.at = clock.lastAt ?? 0
    diagnostics.note('info', 'no-timestamps', 'Simple packet blocks carry no time stamps: these packets take the time of the one before them.', packet.number)
  }
  onPacket(packet)
}

function tooShort({ packet, diagnostics, window }: Reading): void {
  packet.number++
  diagnostics.note('warning', 'damaged-block', 'A packet block is too short to hold a packet.', packet.number, window.offset)
}
