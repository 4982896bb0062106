/**
 * pcapng (draft-ietf-opsawg-pcapng): blocks of type, length, body, length. Sections may differ in byte order, and each
 * has its own interfaces with their own link type and clock. Unknown blocks are skipped by their length.
 */
import { u16be, u16le, u32be, u32le } from '../bytes/read'
import { split, splitUnits } from './clock'
import { describeInterface, droppedPackets } from './interface'
import type { Interface } from './interface'
import type { Packet } from './packet'
import { anotherBegins, LARGEST_PACKET } from './pcap'
import { Step, TRUNCATED_FILE } from './reader'
import type { Input, PacketReader } from './reader'

export const SECTION_HEADER = 0x0a0d0d0a
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const BLOCK = { interface: 1, packet: 2, simplePacket: 3, statistics: 5, enhancedPacket: 6, decryptionSecrets: 10 } as const
/** The type of secrets that are a TLS key log (draft-ietf-opsawg-pcapng, Decryption Secrets Block): "TLSK". */
const TLS_KEY_LOG = 0x544c534b
/** Blocks that other analysers number like packets: systemd journal entries and custom blocks. Our numbers must agree with theirs. */
const NUMBERED = new Set([9, 0x0bad, 0x4000_0bad])
const BLOCK_HEADER = 8
/** The smallest block: type, length, length. */
const SMALLEST = 12
/** Decryption secrets and name resolution blocks can be large; nothing sane is larger. */
const LARGEST_BLOCK = 64 << 20
const MOST_INTERFACES = 65_536

export class PcapngReader implements PacketReader {
  needed = SMALLEST
  truncated = false
  others = 0
  private u16 = u16le
  private u32 = u32le
  private interfaces: Interface[] = []
  /** Packets that each interface of the present section dropped, and the sum over the sections before. */
  private drops = new Map<number, number>()
  private droppedBefore: number | null = null

  constructor(private readonly input: Input) {}

  next(packet: Packet, last: boolean): Step {
    const { window } = this.input
    for (;;) {
      if (window.available < SMALLEST) return this.wait(SMALLEST, last, packet)
      const start = window.pos
      if (u32be(window.buf, start) === SECTION_HEADER) this.startSection()
      else if (anotherBegins(window.buf, start)) return Step.end
      const type = this.u32(window.buf, start)
      const length = this.u32(window.buf, start + 4)
      if (length < SMALLEST || length > LARGEST_BLOCK) return this.damaged(length)
      // Lengths are multiples of four; some writers forget to count the padding, which is there all the same.
      const padded = (length + 3) & ~3
      if (window.available < padded && !(last && window.available >= length)) return this.wait(padded, last, packet)
      window.pos += Math.min(padded, window.available)
      const bodyEnd = start + length - 4
      if (type === BLOCK.interface) this.addInterface(start, bodyEnd)
      else if (type === BLOCK.statistics) this.addStatistics(start, bodyEnd)
      else if (type === BLOCK.decryptionSecrets) this.addSecrets(start + BLOCK_HEADER, bodyEnd)
      else if (NUMBERED.has(type)) this.countOther()
      else if (this.isPacket(type) && this.readPacket(type, packet, start, bodyEnd)) return Step.packet
    }
  }

  private isPacket(type: number): boolean {
    return type === BLOCK.enhancedPacket || type === BLOCK.simplePacket || type === BLOCK.packet
  }

  private startSection(): void {
    const { buf, pos } = this.input.window
    const bigEndian = u32be(buf, pos + 8) === BYTE_ORDER_MAGIC
    this.u16 = bigEndian ? u16be : u16le
    this.u32 = bigEndian ? u32be : u32le
    this.interfaces = []
    this.droppedBefore = this.dropped
    this.drops = new Map()
  }

  private addInterface(start: number, bodyEnd: number): void {
    const { window, context, linkTypes } = this.input
    const found =
      this.interfaces.length < MOST_INTERFACES
        ? describeInterface(window.buf, start + BLOCK_HEADER, bodyEnd, this.u16, this.u32)
        : null
    if (found === null) {
      context.diagnostics.note(
        'warning',
        'damaged-block',
        'An interface description is too short to be read.',
        context.packets,
        window.offset,
      )
      return
    }
    linkTypes.add(found.linkType)
    this.interfaces.push(found)
  }

  /** Packets the capturing machine had to let go, by its own count; null where it kept none. */
  get dropped(): number | null {
    if (this.drops.size === 0) return this.droppedBefore
    return [...this.drops.values()].reduce((sum, n) => sum + n, this.droppedBefore ?? 0)
  }

  private addStatistics(start: number, bodyEnd: number): void {
    const dropped = droppedPackets(this.input.window.buf, start + BLOCK_HEADER, bodyEnd, this.u16, this.u32)
    if (dropped === null || this.drops.size >= MOST_INTERFACES) return
    // The counts only grow, and the last block of an interface holds them all.
    this.drops.set(this.u32(this.input.window.buf, start + BLOCK_HEADER), dropped)
  }

  /** Type, length, and the secrets themselves. */
  private addSecrets(start: number, bodyEnd: number): void {
    const { window, context } = this.input
    const length = Math.min(this.u32(window.buf, start + 4), bodyEnd - start - 8)
    if (length > 0 && this.u32(window.buf, start) === TLS_KEY_LOG)
      context.keys?.add(window.buf.subarray(start + 8, start + 8 + length))
  }

  /** @returns false when the block holds no packet that can be read; it was counted all the same */
  private readPacket(type: number, packet: Packet, start: number, bodyEnd: number): boolean {
    const { buf } = this.input.window
    const { u16, u32 } = this
    if (type === BLOCK.simplePacket) {
      // Simple Packet Block (§4.4): the original length only, no time, interface 0; captured is the smaller of that and the snapshot length.
      if (bodyEnd - start < 12) return this.tooShort()
      const original = u32(buf, start + 8)
      const snaplen = this.interfaces[0]?.snaplen ?? 0
      const captured = Math.min(original, snaplen === 0 ? original : snaplen, bodyEnd - start - 12)
      return this.fill(packet, 0, start + 12, captured, original, bodyEnd, -1)
    }
    // Enhanced Packet Block (§4.3), or the obsolete Packet Block with a 16-bit interface id and a drop count in its place.
    if (bodyEnd - start < 28) return this.tooShort()
    const interfaceId = type === BLOCK.enhancedPacket ? u32(buf, start + 8) : u16(buf, start + 8)
    return this.fill(packet, interfaceId, start + 28, u32(buf, start + 20), u32(buf, start + 24), bodyEnd, start + 12)
  }

  private fill(
    packet: Packet,
    interfaceId: number,
    start: number,
    captured: number,
    original: number,
    dataEnd: number,
    timeAt: number,
  ): boolean {
    const { window, context } = this.input
    const { diagnostics, clock } = context
    const from = this.interfaces[interfaceId]
    if (from === undefined) {
      this.countOther()
      diagnostics.note(
        'warning',
        'unknown-interface',
        `A packet names interface ${interfaceId}, which its section does not describe.`,
        context.packets,
        window.offset,
      )
      return false
    }
    let length = captured
    if (start + length > dataEnd || length > LARGEST_PACKET) {
      length = Math.max(0, Math.min(dataEnd - start, LARGEST_PACKET))
      diagnostics.note(
        'warning',
        'truncated-packet',
        `A packet claims ${captured} captured bytes but its block holds ${length}.`,
        context.packets + 1,
        window.offset,
      )
    }
    packet.buf = window.buf
    packet.start = start
    packet.end = start + length
    packet.wireLength = Math.max(length, original)
    packet.linkType = from.linkType
    packet.fcsLength = from.fcsLength
    if (timeAt >= 0) {
      splitUnits(this.u32(window.buf, timeAt), this.u32(window.buf, timeAt + 4), from.resolution.perSecond)
      packet.at = clock.at(split.seconds + from.resolution.offset, split.nanoseconds)
    } else {
      packet.at = clock.lastAt === -Infinity ? 0 : clock.lastAt
      diagnostics.note(
        'info',
        'no-timestamps',
        'Simple packet blocks carry no time stamps: these packets take the latest time before them.',
        context.packets + 1,
      )
    }
    return true
  }

  /** A record that gives no packet still takes a number. */
  private countOther(): void {
    this.others++
    this.input.context.packets++
  }

  private tooShort(): boolean {
    const { window, context } = this.input
    this.countOther()
    context.diagnostics.note(
      'warning',
      'damaged-block',
      'A packet block is too short to hold a packet.',
      context.packets,
      window.offset,
    )
    return false
  }

  private wait(needed: number, last: boolean, packet: Packet): Step {
    const { window, context } = this.input
    this.needed = needed
    if (!last) return Step.more
    if (window.available === 0) return Step.end
    this.truncated = true
    context.diagnostics.note('warning', 'truncated-file', TRUNCATED_FILE('block'), context.packets, window.offset)
    // An enhanced packet block whose data is cut still holds the packet's beginning.
    const { pos, end } = window
    const cut = end - pos >= 32 && this.u32(window.buf, pos) === BLOCK.enhancedPacket
    window.pos = end
    if (!cut) return Step.end
    const captured = Math.min(this.u32(window.buf, pos + 20), end - pos - 28)
    return this.fill(packet, this.u32(window.buf, pos + 8), pos + 28, captured, this.u32(window.buf, pos + 24), end, pos + 12)
      ? Step.packet
      : Step.end
  }

  private damaged(length: number): Step {
    const { window, context } = this.input
    if (this.truncated) return Step.end
    this.truncated = true
    context.diagnostics.note(
      'error',
      'damaged-block',
      `A block claims ${length} bytes: the file is damaged here, and what follows cannot be read.`,
      context.packets,
      window.offset,
    )
    return Step.end
  }
}
