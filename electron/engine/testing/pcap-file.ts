/** Classic pcap files in every variant. */
import { octets, u16, u32, zeros } from './octets'
import type { Order } from './octets'
import type { WirePacket } from './wire'

export interface PcapOptions {
  readonly order?: Order
  readonly resolution?: 'micros' | 'nanos'
  /** Kuznetzov's records have eight octets more. */
  readonly kuznetzov?: boolean
  /** The whole 32-bit field, FCS length included. */
  readonly linkType?: number
  readonly snaplen?: number
}

export function pcapHeader({
  order = 'little',
  resolution = 'micros',
  kuznetzov = false,
  linkType = 1,
  snaplen = 262_144,
}: PcapOptions): Uint8Array {
  const magic = kuznetzov ? 0xa1b2cd34 : resolution === 'nanos' ? 0xa1b23c4d : 0xa1b2c3d4
  return octets(u32(magic, order), u16(2, order), u16(4, order), u32(0), u32(0), u32(snaplen, order), u32(linkType, order))
}

export function pcapRecord(
  { at, data, wireLength }: WirePacket,
  { order = 'little', resolution = 'micros', kuznetzov = false }: PcapOptions,
): Uint8Array {
  const fraction = Number(at % 1_000_000_000n)
  const units = resolution === 'nanos' ? fraction : Math.floor(fraction / 1000)
  const head = [Number(at / 1_000_000_000n), units, data.length, wireLength].map((value) => u32(value, order))
  return octets(...head, kuznetzov ? zeros(8) : [], data)
}

export const pcap = (packets: readonly WirePacket[], options: PcapOptions = {}): Uint8Array =>
  octets(pcapHeader(options), ...packets.map((packet) => pcapRecord(packet, options)))
