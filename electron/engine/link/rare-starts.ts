/** Link types met in old captures, on other systems and at firewalls: what stands before the first layer that all share. */
import { u16be, u32be, u32le, u8 } from '../bytes/read'
import { Layer } from './frame'
import type { Frame } from './frame'

/** LINKTYPE values (the tcpdump group's registry). Two have a second number, which programs on BSD or older macOS write. */
export const RareLinkType = {
  tokenRing: 6,
  arcnet: 7,
  fddi: 10,
  atmBsd: 11,
  atm: 100,
  frameRelay: 107,
  enc: 109,
  pflog: 117,
  ipOverFibreChannel: 122,
  sunAtm: 123,
  arcnetLinux: 129,
  appleFirewire: 138,
  pktapOld: 149,
  avs: 163,
  pppPppd: 166,
  pppWithDirection: 204,
  hdlcWithDirection: 205,
  frameRelayWithDirection: 206,
  ipnet: 226,
  nflog: 239,
  ipOverInfiniband: 242,
  pktap: 258,
} as const

/**
 * The first layer of a frame of one of these; null for a type that is not read.
 *
 * @param startOf does the same for any link type: some hold frames of others
 */
export function rareStart(linkType: number, f: Frame, startOf: StartOf): Layer | null {
  switch (linkType) {
    case RareLinkType.tokenRing:
      return tokenRing(f)
    case RareLinkType.arcnet:
      return arcnet(f, 2)
    case RareLinkType.arcnetLinux:
      return arcnet(f, 4)
    case RareLinkType.fddi:
      // Frame control and two addresses; only LLC frames carry data (ISO 9314-2).
      return f.pos < f.end && (u8(f.buf, f.pos) & 0x30) === 0x10 ? over(f, 13, Layer.llc) : Layer.done
    case RareLinkType.atm:
    case RareLinkType.atmBsd:
      return Layer.llc
    case RareLinkType.frameRelay:
      return frameRelay(f)
    case RareLinkType.frameRelayWithDirection:
      f.pos += 1
      return frameRelay(f)
    case RareLinkType.enc:
      return over(f, 12, Layer.ip)
    case RareLinkType.pflog:
      // The header's own length, which its padding to a multiple of four is not in.
      return f.pos < f.end ? over(f, (u8(f.buf, f.pos) + 3) & ~3, Layer.ip) : Layer.done
    case RareLinkType.ipOverFibreChannel:
      return over(f, 16, Layer.llc)
    case RareLinkType.sunAtm:
      return sunAtm(f)
    case RareLinkType.appleFirewire:
      return withEtherType(f, 16, 18)
    case RareLinkType.avs:
      return avs(f)
    case RareLinkType.pppPppd:
    case RareLinkType.pppWithDirection:
      return pppBehindDirection(f)
    case RareLinkType.hdlcWithDirection:
      return withEtherType(f, 3, 5)
    case RareLinkType.ipnet:
      return over(f, 24, Layer.ip)
    case RareLinkType.nflog:
      return nflog(f)
    case RareLinkType.ipOverInfiniband:
      return withEtherType(f, 40, 44)
    case RareLinkType.pktap:
    case RareLinkType.pktapOld:
      return pktap(f, startOf)
    default:
      return null
  }
}

type StartOf = (linkType: number, f: Frame) => Layer | null

function over(f: Frame, length: number, then: Layer): Layer {
  if (f.end - f.pos < length) return Layer.done
  f.pos += length
  return then
}

function withEtherType(f: Frame, at: number, length: number): Layer {
  if (f.end - f.pos < length) return Layer.done
  f.next = u16be(f.buf, f.pos + at)
  f.pos += length
  return Layer.etherType
}

/** Access control, frame control, two addresses, and the route where the source address has its group bit set (IEEE 802.5). */
function tokenRing(f: Frame): Layer {
  if (f.end - f.pos < 15 || u8(f.buf, f.pos + 1) >> 6 !== 1) return Layer.done
  const route = (u8(f.buf, f.pos + 8) & 0x80) === 0 ? 0 : u8(f.buf, f.pos + 14) & 0x1f
  return over(f, 14 + route, Layer.llc)
}

/** IP in ARCNET: RFC 1201 has a split flag and a sequence number; only what is not split can be read. RFC 1051 has neither. */
function arcnet(f: Frame, protocolAt: number): Layer {
  if (f.end - f.pos < protocolAt + 4) return Layer.done
  const protocol = u8(f.buf, f.pos + protocolAt)
  if (protocol === 240) return over(f, protocolAt + 1, Layer.ip)
  return protocol === 212 && u8(f.buf, f.pos + protocolAt + 1) === 0 ? over(f, protocolAt + 4, Layer.ip) : Layer.done
}

/** An address of two to four octets, then RFC 2427's control and NLPID, or Cisco's EtherType. */
export function frameRelay(f: Frame): Layer {
  let p = f.pos
  while (p < f.end && (u8(f.buf, p) & 1) === 0 && p - f.pos < 4) p++
  p++
  if (f.end - p < 4) return Layer.done
  if (u8(f.buf, p) !== 3) return withEtherType(f, p - f.pos, p - f.pos + 2)
  p++
  if (u8(f.buf, p) === 0) p++
  const nlpid = u8(f.buf, p)
  f.pos = p + 1
  if (nlpid === 0xcc || nlpid === 0x8e) return Layer.ip
  // SNAP: an organisation of zeros and an EtherType.
  return nlpid === 0x80 ? withEtherType(f, 3, 5) : Layer.done
}

/** Flags, VPI and VCI. Type 2 is LLC, 1 a LAN emulation frame: two octets, then Ethernet. */
function sunAtm(f: Frame): Layer {
  if (f.end - f.pos < 4) return Layer.done
  const type = u8(f.buf, f.pos) & 0x0f
  return type === 2 ? over(f, 4, Layer.llc) : type === 1 ? over(f, 6, Layer.ethernet) : Layer.done
}

/** The AVS header says its own length behind its version. */
export function avs(f: Frame): Layer {
  return f.end - f.pos < 8 ? Layer.done : over(f, u32be(f.buf, f.pos + 4), Layer.wifi)
}

/** The direction, instead of PPP's address or before it. */
function pppBehindDirection(f: Frame): Layer {
  f.pos += f.end > f.pos + 1 && u8(f.buf, f.pos + 1) === 3 ? 2 : 1
  return Layer.ppp
}

const NFLOG_PAYLOAD = 9

/** Linux netfilter log (LINKTYPE_NFLOG): attributes, each with its length and type in the order of the host; one is the packet. */
function nflog(f: Frame): Layer {
  for (let p = f.pos + 4; f.end - p >= 4;) {
    const little = u8(f.buf, p) | (u8(f.buf, p + 1) << 8)
    const type = u8(f.buf, p + 2) | (u8(f.buf, p + 3) << 8)
    const isBig = (type & 0xff) === 0 && type > 0xff
    const length = isBig ? u16be(f.buf, p) : little
    if (length < 4) return Layer.done
    if ((isBig ? type >> 8 : type) === NFLOG_PAYLOAD) {
      f.wireEnd = Math.min(f.wireEnd, p + length)
      f.end = Math.min(f.end, f.wireEnd)
      f.pos = p + 4
      return Layer.ip
    }
    p += (length + 3) & ~3
  }
  return Layer.done
}

/** Apple's PKTAP: its own length, the record's type (1: a packet) and the link type of what follows. */
function pktap(f: Frame, startOf: StartOf): Layer {
  if (f.end - f.pos < 12) return Layer.done
  const length = u32le(f.buf, f.pos)
  const inner = u32le(f.buf, f.pos + 8)
  if (length < 12 || f.end - f.pos < length || u32le(f.buf, f.pos + 4) !== 1) return Layer.done
  f.pos += length
  return inner === RareLinkType.pktap || inner === RareLinkType.pktapOld ? Layer.done : (startOf(inner, f) ?? Layer.done)
}
