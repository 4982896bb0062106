/** IP packets and what they carry, made from words. Checksums are left zero: nothing here verifies them. */
import { octets, padded, u16, u32, zeros } from './octets'

export interface Address {
  readonly ip: string
  readonly port: number
}

export interface Segment {
  readonly from: Address
  readonly to: Address
  readonly seq: number
  readonly ack: number
  /** Any of F, S, R, P, A. */
  readonly flags: string
  readonly payload: Uint8Array
  /** TCP options, padded to a multiple of four. */
  readonly options?: Uint8Array | undefined
  /** The window field; as much as it can say unless told. */
  readonly window?: number | undefined
}

const FLAGS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16 }

export function tcp({ from, to, seq, ack, flags, payload, options = zeros(0), window = 65_535 }: Segment): Uint8Array {
  const bits = Array.from(flags).reduce((sum, flag) => sum | (FLAGS[flag] ?? 0), 0)
  const extra = padded(options)
  const offset = (5 + extra.length / 4) << 4
  return octets(
    u16(from.port),
    u16(to.port),
    u32(seq >>> 0),
    u32(ack >>> 0),
    offset,
    bits,
    u16(window),
    u16(0),
    u16(0),
    extra,
    payload,
  )
}

export const udp = (from: number, to: number, payload: Uint8Array): Uint8Array =>
  octets(u16(from), u16(to), u16(8 + payload.length), u16(0), payload)

/** A dotted quad or an IPv6 address as octets. */
export function addressOctets(text: string): Uint8Array {
  if (!text.includes(':')) return octets(text.split('.').map(Number))
  const [head = '', tail] = text.split('::')
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const before = groups(head)
  const after = groups(tail ?? '')
  const middle = new Array<number>(tail === undefined ? 0 : 8 - before.length - after.length).fill(0)
  return octets(...[...before, ...middle, ...after].map((group) => u16(group)))
}

export interface Ipv4 {
  readonly from: string
  readonly to: string
  readonly protocol: number
  readonly payload: Uint8Array
  readonly options?: Uint8Array
  readonly id?: number
  /** Octets before this fragment; a multiple of eight. */
  readonly offset?: number
  readonly more?: boolean
  /** What the header says, when that is not the truth. */
  readonly totalLength?: number
}

export function ipv4(p: Ipv4): Uint8Array {
  const options = padded(p.options ?? zeros(0))
  const length = 20 + options.length
  const fragment = (p.more === true ? 0x2000 : 0) | ((p.offset ?? 0) / 8)
  return octets(
    ...[0x40 | (length / 4), 0, u16(p.totalLength ?? length + p.payload.length), u16(p.id ?? 1), u16(fragment)],
    ...[64, p.protocol, u16(0), addressOctets(p.from), addressOctets(p.to), options, p.payload],
  )
}

export interface Ipv6 {
  readonly from: string
  readonly to: string
  readonly next: number
  readonly payload: Uint8Array
  /** What the header says, when that is not the truth. */
  readonly payloadLength?: number
}

export const ipv6 = (p: Ipv6): Uint8Array =>
  octets(
    ...[u32(0x6000_0000), u16(p.payloadLength ?? p.payload.length), p.next, 64],
    ...[addressOctets(p.from), addressOctets(p.to), p.payload],
  )

/** An extension header of RFC 8200 §4 with `words` × 8 octets beyond its first eight. */
export const extensionHeader = (next: number, words = 0): Uint8Array => octets(next, words, zeros(6 + 8 * words))

export const fragmentHeader = (next: number, offset: number, more: boolean, id: number): Uint8Array =>
  octets(next, 0, u16(offset | (more ? 1 : 0)), u32(id))

/** An IP packet of the version that the addresses are of; `id` identifies it where that is IPv4. */
export function ip(from: string, to: string, protocol: number, payload: Uint8Array, id = 1): Uint8Array {
  return from.includes(':') ? ipv6({ from, to, next: protocol, payload }) : ipv4({ from, to, protocol, payload, id: id & 0xffff })
}
