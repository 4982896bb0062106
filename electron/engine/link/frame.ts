/**
 * A packet on its way through the layers. Each layer reads its header at `pos`, moves `pos` behind it, and names the
 * layer that comes next: so the layers know of each other by name only, and no header makes an object.
 */
export class Frame {
  buf: Uint8Array = new Uint8Array(0)
  pos = 0
  /** End of the captured bytes that belong to the present layer. */
  end = 0
  /** End of the present layer on the wire: beyond `end` when the snapshot length cut the packet. */
  wireEnd = 0
  /** What the present header said comes next: an EtherType, an IP protocol or a PPP protocol. */
  next = 0
  /** VLAN and tunnel identifiers passed so far (see PathTable). */
  path = 0
  /** The innermost IP addresses: offsets in buf, 4 or 16 octets long. */
  source = 0
  destination = 0
  addressLength = 0
  /** IPv4's identification field; 0 for IPv6. */
  identification = 0
  /** Radiotap: the 802.11 header is padded to a multiple of four octets. */
  padded = false
  /** CAPWAP: the two octets of 802.11's frame control have changed places. */
  swapped = false
  /** Where the next packet of an 802.11 aggregate begins, and where the aggregate ends; 0 where there is none. */
  following = 0
  aggregateEnd = 0
  aggregateBuf: Uint8Array | null = null
  aggregatePath = 0
  at = NaN
  number = 0
}

/** The names of the layers. DONE ends the walk: nothing of ours is inside. */
export const Layer = {
  done: 0,
  ethernet: 1,
  etherType: 2,
  ipv4: 3,
  ipv6: 4,
  ipProtocol: 5,
  tcp: 6,
  udp: 7,
  gre: 8,
  mpls: 9,
  pppoe: 10,
  ppp: 11,
  llc: 12,
  wifi: 13,
  radiotap: 14,
  ip: 15,
  datagram: 16,
} as const
export type Layer = (typeof Layer)[keyof typeof Layer]

export const EtherType = {
  ipv4: 0x0800,
  ipv6: 0x86dd,
  vlan: 0x8100,
  qinq: 0x88a8,
  qinqOld: 0x9100,
  mpls: 0x8847,
  mplsMulticast: 0x8848,
  pppoeSession: 0x8864,
  transparentEthernet: 0x6558,
  erspan2: 0x88be,
  erspan3: 0x22eb,
  ppp: 0x880b,
} as const
