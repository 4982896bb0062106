/** pcapng blocks and files (draft-ietf-opsawg-pcapng). */
import { i64, octets, padded, u16, u32, zeros } from './octets'
import type { Order, Part } from './octets'
import type { WirePacket } from './wire'

export interface BlockOptions {
  readonly order?: Order
  /** Leave out the padding, as some writers do in the length they state. */
  readonly unpadded?: boolean
}

/** Any block. `length` is what it claims. */
export function block(type: number, body: Uint8Array, { order = 'little', unpadded = false }: BlockOptions = {}): Uint8Array {
  const full = padded(body)
  const length = 12 + (unpadded ? body.length : full.length)
  return octets(u32(type, order), u32(length, order), full, u32(length, order))
}

export const option = (code: number, value: Uint8Array, order: Order = 'little'): Uint8Array =>
  octets(u16(code, order), u16(value.length, order), padded(value))

export function section(order: Order = 'little', ...options: readonly Part[]): Uint8Array {
  return block(0x0a0d0d0a, octets(u32(0x1a2b3c4d, order), u16(1, order), u16(0), i64(-1n, order), ...options), { order })
}

export interface InterfaceOptions {
  readonly order?: Order
  readonly linkType?: number
  readonly snaplen?: number
  /** if_tsresol: 6 is microseconds; 0x80 | n counts in 2^-n seconds. */
  readonly tsresol?: number
  /** if_tsoffset, in seconds. */
  readonly tsoffset?: bigint
  readonly fcslen?: number
  readonly more?: Uint8Array
}

export function description(o: InterfaceOptions = {}): Uint8Array {
  const order = o.order ?? 'little'
  const options = octets(
    o.more ?? [],
    o.tsresol === undefined ? [] : option(9, octets(o.tsresol), order),
    o.fcslen === undefined ? [] : option(13, octets(o.fcslen), order),
    o.tsoffset === undefined ? [] : option(14, i64(o.tsoffset, order), order),
  )
  const end = options.length > 0 ? option(0, zeros(0), order) : zeros(0)
  return block(1, octets(u16(o.linkType ?? 1, order), u16(0), u32(o.snaplen ?? 0, order), options, end), { order })
}

/** A time stamp in units of if_tsresol, from `tsoffset` on. */
export function unitsOf(at: bigint, tsresol = 6, tsoffset = 0n): bigint {
  const perSecond = (tsresol & 0x80) !== 0 ? 2n ** BigInt(tsresol & 0x7f) : 10n ** BigInt(tsresol)
  const sinceOffset = at - tsoffset * 1_000_000_000n
  // Rounded up: powers of two fall between nanoseconds, and a reader rounds down.
  return (sinceOffset * perSecond + 999_999_999n) / 1_000_000_000n
}

const halves = (units: bigint, order: Order): Uint8Array =>
  octets(u32(Number(units >> 32n), order), u32(Number(units & 0xffff_ffffn), order))

export interface PacketOptions extends BlockOptions {
  readonly interface?: number
  readonly tsresol?: number
  readonly tsoffset?: bigint
  readonly options?: Uint8Array
}

export function enhanced({ at, data, wireLength }: WirePacket, o: PacketOptions = {}): Uint8Array {
  const order = o.order ?? 'little'
  const time = halves(unitsOf(at, o.tsresol, o.tsoffset), order)
  const content = o.unpadded === true ? data : padded(data)
  return block(
    6,
    octets(u32(o.interface ?? 0, order), time, u32(data.length, order), u32(wireLength, order), content, o.options ?? []),
    o,
  )
}

export function simple({ data, wireLength }: WirePacket, o: BlockOptions = {}): Uint8Array {
  return block(3, octets(u32(wireLength, o.order), data), { order: 'little', ...o })
}

/** The obsolete Packet Block, with `drops` packets lost before this one. */
export function obsolete({ at, data, wireLength }: WirePacket, o: PacketOptions = {}, drops = 0xffff): Uint8Array {
  const order = o.order ?? 'little'
  const time = halves(unitsOf(at, o.tsresol, o.tsoffset), order)
  return block(
    2,
    octets(u16(o.interface ?? 0, order), u16(drops, order), time, u32(data.length, order), u32(wireLength, order), data),
    o,
  )
}

/** The plainest file: one section, one interface, nothing but enhanced packets. */
export function pcapng(packets: readonly WirePacket[], o: InterfaceOptions = {}): Uint8Array {
  return octets(section(o.order), description(o), ...packets.map((packet) => enhanced(packet, o as PacketOptions)))
}
