/** Link layers, tags and tunnels of old networks, firewalls, data centres and providers, put around an IP packet. */
import { ethernet, framed, octetsOver, ppp, wifi } from './links'
import type { Wrap } from './links'
import { octets, u16, u32, zeros } from './octets'
import type { Part } from './octets'

const isV6 = (packet: Uint8Array): boolean => (packet[0] ?? 0) >> 4 === 6
const etherType = (packet: Uint8Array): Uint8Array => u16(isV6(packet) ? 0x86dd : 0x0800)
const snap = (packet: Uint8Array): Uint8Array => octets([0xaa, 0xaa, 3, 0, 0, 0], etherType(packet), packet)
const MACS = octets([2, 0, 0, 0, 0, 2], [2, 0, 0, 0, 0, 1])
const tagged =
  (type: number, ...tag: readonly Part[]): Wrap =>
  (packet) =>
    framed(type, ...tag, etherType(packet), packet)
const over =
  (port: number, header: Part, inside: Wrap): Wrap =>
  (packet) =>
    octetsOver(17, port, header, inside(packet))

export interface RareLink {
  readonly name: string
  readonly wrap: Wrap
  readonly linkType?: number
  readonly path?: string
  readonly versions?: readonly (4 | 6)[]
}

/** A netfilter log attribute, in the order of the host that wrote it. */
function attribute(type: number, value: Part, order: 'little' | 'big'): Uint8Array {
  const data = octets(value)
  return octets(u16(data.length + 4, order), u16(type, order), data, zeros((4 - (data.length % 4)) % 4))
}
const nflog =
  (order: 'little' | 'big'): Wrap =>
  (packet) =>
    octets([isV6(packet) ? 10 : 2, 0, 0, 30], attribute(10, [0x61, 0], order), attribute(9, packet, order))

const pktap: Wrap = (packet) => octets(u32(108, 'little'), u32(1, 'little'), u32(1, 'little'), zeros(96), ethernet(packet))
const isl: Wrap = (packet) =>
  octets([1, 0, 0x0c, 0, 0, 0], zeros(6), u16(packet.length + 26), zeros(12), ethernet(packet), zeros(4))

const msdu = (inside: Uint8Array): Uint8Array => octets(MACS, u16(inside.length), inside)
/** An 802.11 aggregate: first an ARP packet that must be stepped over, padded to four octets. */
const aggregate: Wrap = (packet) => {
  const arp = msdu(octets([0xaa, 0xaa, 3, 0, 0, 0], u16(0x0806), zeros(29)))
  return octets([0x88, 1], zeros(22), [0x80, 0], arp, zeros((4 - (arp.length % 4)) % 4), msdu(snap(packet)))
}
/** CAPWAP as controllers send it: the two octets of frame control have changed places. */
const swapped: Wrap = (packet) => {
  const frame = wifi()(packet).slice()
  frame.set([frame[1]!, frame[0]!])
  return frame
}

export const rareLinks: readonly RareLink[] = [
  { name: 'token ring', linkType: 6, wrap: (p) => octets([0x10, 0x40], MACS, snap(p)) },
  {
    name: 'token ring with a route',
    linkType: 6,
    wrap: (p) => octets([0x10, 0x40], MACS.subarray(0, 6), 0x82, MACS.subarray(7), [6, 0x30, 0, 0x12, 0, 0x20], snap(p)),
  },
  { name: 'FDDI', linkType: 10, wrap: (p) => octets(0x50, MACS, snap(p)) },
  { name: 'ARCNET', linkType: 7, wrap: (p) => octets([1, 2, 0xd4, 0, 0, 1], p), versions: [4] },
  { name: 'ATM', linkType: 100, wrap: snap },
  { name: 'ATM, bridged', linkType: 100, wrap: (p) => octets([0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7, 0, 0], ethernet(p)) },
  { name: 'PPP over ATM', linkType: 100, wrap: (p) => octets([0xfe, 0xfe, 3, 0xcf], ppp(p).subarray(2)) },
  { name: 'SunATM', linkType: 123, wrap: (p) => octets([2, 0, 0, 33], snap(p)) },
  { name: 'frame relay', linkType: 107, wrap: (p) => octets([0x18, 0x41, 3, isV6(p) ? 0x8e : 0xcc], p) },
  { name: 'frame relay with SNAP', linkType: 107, wrap: (p) => octets([0x18, 0x41, 3, 0, 0x80, 0, 0, 0], etherType(p), p) },
  { name: 'frame relay of Cisco', linkType: 107, wrap: (p) => octets([0x18, 0x41], etherType(p), p) },
  { name: 'IP over Fibre Channel', linkType: 122, wrap: (p) => octets(zeros(16), snap(p)) },
  { name: 'IP over FireWire', linkType: 138, wrap: (p) => octets(zeros(16), etherType(p), p) },
  { name: 'IP over InfiniBand', linkType: 242, wrap: (p) => octets(zeros(40), etherType(p), u16(0), p) },
  { name: 'PPP behind a direction', linkType: 204, wrap: (p) => octets(1, ppp(p)) },
  { name: 'PPP whose address is a direction', linkType: 166, wrap: (p) => octets(0, ppp(p).subarray(1)) },
  { name: 'PPP multilink', linkType: 9, wrap: (p) => octets([0xff, 3, 0, 0x3d, 0xc0, 0, 0, 1], ppp(p).subarray(2)) },
  { name: 'netfilter log, little-endian', linkType: 239, wrap: nflog('little') },
  { name: 'netfilter log, big-endian', linkType: 239, wrap: nflog('big') },
  { name: 'PKTAP', linkType: 258, wrap: pktap },
  { name: 'OpenBSD’s packet filter log', linkType: 117, wrap: (p) => octets([61, 2], zeros(62), p) },
  { name: 'OpenBSD’s enc', linkType: 109, wrap: (p) => octets(zeros(12), p) },
  { name: 'Solaris’ ipnet', linkType: 226, wrap: (p) => octets(zeros(24), p) },
  { name: 'AVS', linkType: 163, wrap: (p) => octets(u32(0x80211001), u32(64), zeros(56), wifi()(p)) },
  { name: 'AVS under Prism’s number', linkType: 119, wrap: (p) => octets(u32(0x80211001), u32(64), zeros(56), wifi()(p)) },
  { name: '802.11 aggregate', linkType: 105, wrap: aggregate },
  { name: 'VN-Tag', wrap: tagged(0x8926, zeros(4)) },
  { name: '802.1BR', wrap: tagged(0x893f, zeros(6)) },
  { name: 'HSR', wrap: tagged(0x892f, zeros(4)) },
  { name: 'Cisco MetaData', wrap: tagged(0x8909, [1, 1, 0, 1, 0, 2]) },
  { name: '802.1ah', wrap: (p) => framed(0x88e7, u32(0x0102), ethernet(p)), path: 'i-sid 258' },
  { name: 'FabricPath', wrap: (p) => framed(0x8903, u16(64), ethernet(p)) },
  { name: 'TRILL', wrap: (p) => framed(0x22f3, [0, 3, 0, 1, 0, 2], ethernet(p)) },
  { name: 'MACsec without encryption', wrap: (p) => framed(0x88e5, zeros(6), etherType(p), p, zeros(16)) },
  { name: 'MACsec with its channel', wrap: (p) => framed(0x88e5, 0x20, zeros(13), etherType(p), p, zeros(16)) },
  { name: 'NSH', wrap: (p) => framed(0x894f, u16(0x0fc6), 1, isV6(p) ? 2 : 1, u32(0x100), zeros(16), p) },
  { name: 'ISL', wrap: isl },
  { name: 'EtherIP', wrap: (p) => octetsOver(97, 0, [0x30, 0], ethernet(p)) },
  {
    name: 'GRE for PPTP',
    wrap: (p) => octetsOver(47, 0, octets(u16(0x3001), u16(0x880b), u16(p.length), u16(7), u32(1)), ppp(p)),
    path: 'gre 7',
  },
  {
    name: 'GRE with source routes',
    wrap: (p) => octetsOver(47, 0, octets(u16(0x4000), etherType(p), zeros(8)), p),
    path: 'gre 0',
  },
  { name: 'GRE of WCCP 2', wrap: (p) => octetsOver(47, 0, octets(u16(0), u16(0x883e), zeros(4)), p), path: 'gre 0' },
  { name: 'GRE of an access point', wrap: (p) => octetsOver(47, 0, octets(u16(0), u16(0x8200)), wifi()(p)), path: 'gre 0' },
  { name: 'L2TP', wrap: over(1701, octets(u16(2), u16(1), u16(9)), ppp), path: 'l2tp 9' },
  {
    name: 'L2TP with everything',
    wrap: over(1701, octets(u16(0x4a02), u16(0), u16(1), u16(9), u32(0), u16(2), u16(0)), ppp),
    path: 'l2tp 9',
  },
  { name: 'LISP', wrap: over(4341, zeros(8), (p) => p) },
  { name: 'VXLAN-GPE', wrap: over(4790, octets([0x0c, 0, 0, 3], u32(0x700)), ethernet), path: 'vxlan 7' },
  { name: 'AYIYA', wrap: over(5072, octets([0x44, 0x52, 0x11, 41], zeros(40)), (p) => p), versions: [6] },
  { name: 'CAPWAP', wrap: over(5247, octets([0, 0x10, 3, 0], zeros(4)), wifi()) },
  { name: 'CAPWAP, frame control swapped', wrap: over(5247, octets([0, 0x10, 3, 0], zeros(4)), swapped) },
  { name: 'CAPWAP with Ethernet', wrap: over(5247, octets([0, 0x10, 2, 0], zeros(4)), ethernet) },
  { name: 'MPLS in UDP', wrap: over(6635, u32((16 << 12) | 0x140), (p) => p), path: 'mpls 16' },
  { name: 'TZSP', wrap: over(37_008, [1, 0, 0, 1, 0, 10, 1, 0x55, 1], ethernet) },
]
