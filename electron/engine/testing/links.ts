/** What stands around an IP packet: link layers and tunnels. */
import { octets, u16, u32, zeros } from './octets'
import type { Order, Part } from './octets'
import { ip, udp } from './packets'

/** Puts something around an IP packet. */
export type Wrap = (packet: Uint8Array) => Uint8Array

const MACS = octets([2, 0, 0, 0, 0, 2], [2, 0, 0, 0, 0, 1])
const etherTypeOf = (packet: Uint8Array): number => ((packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800)
const OUTER = { from: '192.0.2.1', to: '192.0.2.2' } as const

const tunnel = (protocol: number, ...parts: readonly Part[]): Uint8Array =>
  ethernet(ip(OUTER.from, OUTER.to, protocol, octets(...parts)))
const overUdp = (port: number, ...parts: readonly Part[]): Uint8Array => tunnel(17, udp(50_000, port, octets(...parts)))

/** Behind outer IP addresses, in a protocol of its own or in UDP to a port. */
export const octetsOver = (protocol: number, port: number, ...parts: readonly Part[]): Uint8Array =>
  protocol === 17 ? overUdp(port, ...parts) : tunnel(protocol, ...parts)

export const framed = (etherType: number, ...parts: readonly Part[]): Uint8Array => octets(MACS, u16(etherType), ...parts)
export const ethernet: Wrap = (packet) => framed(etherTypeOf(packet), packet)
export const raw: Wrap = (packet) => packet

/** 802.1Q tags, the outermost first; `outer` is its tag protocol (0x88a8 for a service tag). */
export function vlan(ids: readonly number[], outer = 0x8100): Wrap {
  return (packet) => {
    const tags = ids.flatMap((id, i) => [u16(0xe000 | id), u16(i + 1 < ids.length ? 0x8100 : etherTypeOf(packet))])
    return framed(outer, ...tags, packet)
  }
}

export const llcSnap: Wrap = (packet) => framed(packet.length + 8, [0xaa, 0xaa, 3, 0, 0, 0], u16(etherTypeOf(packet)), packet)
export const sll: Wrap = (packet) => octets(u16(0), u16(1), u16(6), zeros(8), u16(etherTypeOf(packet)), packet)
export const sll2: Wrap = (packet) => octets(u16(etherTypeOf(packet)), u16(0), u32(3), u16(1), 0, 6, zeros(8), packet)
/** BSD's loopback header; AF_INET6 differs between systems. */
export function loopback(order: Order, inet6 = 30): Wrap {
  return (packet) => octets(u32((packet[0] ?? 0) >> 4 === 6 ? inet6 : 2, order), packet)
}
const pppProtocol = (packet: Uint8Array): number => ((packet[0] ?? 0) >> 4 === 6 ? 0x57 : 0x21)
export const ppp: Wrap = (packet) => octets(0xff, 3, u16(pppProtocol(packet)), packet)
/** Address, control and the protocol's first octet compressed away (RFC 1661 §6.5, 6.6). */
export const pppCompressed: Wrap = (packet) => octets(pppProtocol(packet), packet)
export const ciscoHdlc: Wrap = (packet) => octets(0x0f, 0, u16(etherTypeOf(packet)), packet)
export function pppoePayload(session: number): Wrap {
  return (packet) => octets(0x11, 0, u16(session), u16(packet.length + 2), u16(pppProtocol(packet)), packet)
}
export function pppoe(session: number): Wrap {
  return (packet) => framed(0x8864, pppoePayload(session)(packet))
}

const SNAP = octets([0xaa, 0xaa, 3, 0, 0, 0])
/** A data frame to the distribution system; `qos` adds the QoS control field. */
export function wifi(qos = false): Wrap {
  return (packet) =>
    octets(qos ? 0x88 : 0x08, 1, u16(0), zeros(18), u16(0), qos ? u16(0) : [], SNAP, u16(etherTypeOf(packet)), packet)
}
/** Radiotap with TSFT and flags; with `fcs`, the frame ends in four octets that belong to nothing above. */
export function radiotap(fcs = false): Wrap {
  return (packet) =>
    octets(
      0,
      0,
      u16(17, 'little'),
      u32(3, 'little'),
      zeros(8),
      fcs ? 0x10 : 0,
      wifi()(packet),
      fcs ? [0xde, 0xad, 0xbe, 0xef] : [],
    )
}
/** Radiotap whose flags say that the 802.11 header is padded to a multiple of four octets: 24 + 2 + 2. */
export const radiotapPadded: Wrap = (packet) =>
  octets(
    0,
    0,
    u16(9, 'little'),
    u32(2, 'little'),
    0x20,
    0x88,
    1,
    u16(0),
    zeros(20),
    u16(0),
    u16(0),
    SNAP,
    u16(etherTypeOf(packet)),
    packet,
  )
export function ppi(linkType: number, wrap: Wrap): Wrap {
  return (packet) => octets(0, 0, u16(8, 'little'), u32(linkType, 'little'), wrap(packet))
}
export const prism: Wrap = (packet) => octets(zeros(144), wifi()(packet))

/** A label stack, the bottom last. */
export function mpls(...labels: readonly number[]): Wrap {
  const stack = labels.map((label, i) => u32(((label << 12) | (i + 1 === labels.length ? 0x100 : 0) | 64) >>> 0))
  return (packet) => framed(0x8847, ...stack, packet)
}
/** An Ethernet pseudowire with a control word (RFC 4448). */
export const mplsPseudowire: Wrap = (packet) => framed(0x8847, u32((99 << 12) | 0x100 | 64), u32(0), ethernet(packet))

export function gre(key: number | null, sequence = false): Wrap {
  const flags = (key === null ? 0 : 0x2000) | (sequence ? 0x1000 : 0)
  return (packet) =>
    tunnel(47, u16(flags), u16(etherTypeOf(packet)), key === null ? [] : u32(key), sequence ? u32(5) : [], packet)
}
/** GRE carrying Ethernet frames. */
export const greEthernet: Wrap = (packet) => tunnel(47, u16(0), u16(0x6558), ethernet(packet))
/** Type I has no header at all, II eight octets, III twelve. */
export function erspan(type: 1 | 2 | 3, session: number): Wrap {
  const flags = type === 1 ? u16(0) : octets(u16(0x1000), [])
  const sequence = type === 1 ? [] : u32(1)
  const header = type === 1 ? [] : octets(u16(type === 2 ? 0x1000 : 0x2000), u16(session), zeros(type === 2 ? 4 : 8))
  return (packet) => tunnel(47, flags, u16(type === 3 ? 0x22eb : 0x88be), sequence, header, ethernet(packet))
}
export function vxlan(network: number): Wrap {
  return (packet) => overUdp(4789, 8, zeros(3), u32(network << 8), ethernet(packet))
}
export function geneve(network: number, optionWords = 0): Wrap {
  return (packet) => overUdp(6081, optionWords, 0, u16(0x6558), u32(network << 8), zeros(4 * optionWords), ethernet(packet))
}
/** G-PDUs; with `extended`, a PDU session container follows the optional fields (TS 38.415). */
export function gtp(teid: number, extended = false): Wrap {
  const optional = extended ? octets(u16(0), 0, 0x85, [1, 0x10, 9, 0]) : zeros(0)
  return (packet) =>
    overUdp(2152, extended ? 0x34 : 0x30, 0xff, u16(optional.length + packet.length), u32(teid), optional, packet)
}
/** IPv6 packets only; with an origin indication in front (RFC 4380 §5.1.1). */
export const teredo: Wrap = (packet) => overUdp(3544, u16(0), zeros(6), packet)
/** IPv4 in IPv4, or IPv6 in IPv4, as the packet is. */
export const inIpv4: Wrap = (packet) => tunnel((packet[0] ?? 0) >> 4 === 6 ? 41 : 4, packet)
export const inIpv6: Wrap = (packet) => ethernet(ip('2001:db8::1', '2001:db8::2', (packet[0] ?? 0) >> 4 === 6 ? 41 : 4, packet))
