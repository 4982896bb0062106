/** From a LINKTYPE value to the first layer: the small headers that stand before it. */
import { u16be, u32be, u32le, u8 } from '../bytes/read'
import { Layer } from './frame'
import type { Frame } from './frame'
import { avs, rareStart } from './rare-starts'

/** LINKTYPE values (the tcpdump group's registry) that can be read. */
export const LinkType = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  rawBsd: 12,
  rawOpenBsd: 14,
  pppHdlc: 50,
  pppoe: 51,
  raw: 101,
  ciscoHdlc: 104,
  wifi: 105,
  loop: 108,
  linuxSll: 113,
  prism: 119,
  radiotap: 127,
  ppi: 192,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
} as const

/** The first layer of a frame of this link type; null for a type that is not read. */
export function startOf(linkType: number, f: Frame): Layer | null {
  switch (linkType) {
    case LinkType.ethernet:
      return Layer.ethernet
    case LinkType.rawBsd:
    case LinkType.rawOpenBsd:
    case LinkType.raw:
      return Layer.ip
    case LinkType.ipv4:
      return Layer.ipv4
    case LinkType.ipv6:
      return Layer.ipv6
    case LinkType.null:
    case LinkType.loop:
      return loopback(f)
    case LinkType.linuxSll:
      return cooked(f, 16, 14)
    case LinkType.linuxSll2:
      return cooked(f, 20, 0)
    case LinkType.ppp:
    case LinkType.pppHdlc:
      return pppOrHdlc(f)
    case LinkType.ciscoHdlc:
      return ciscoHdlc(f)
    case LinkType.pppoe:
      return Layer.pppoe
    case LinkType.wifi:
      return Layer.wifi
    case LinkType.radiotap:
      return Layer.radiotap
    case LinkType.prism:
      // AVS, under the same link type, begins with a number of its own.
      return f.end - f.pos >= 8 && u32be(f.buf, f.pos) >>> 12 === 0x80211 ? avs(f) : skip(f, 144, Layer.wifi)
    case LinkType.ppi:
      return ppi(f)
    default:
      return rareStart(linkType, f, startOf)
  }
}

function skip(f: Frame, length: number, then: Layer): Layer {
  if (f.end - f.pos < length) return Layer.done
  f.pos += length
  return then
}

/** A 4-byte address family, in either byte order: BSDs disagree on the number of AF_INET6, so the IP version decides. */
function loopback(f: Frame): Layer {
  if (f.end - f.pos < 4) return Layer.done
  const family = Math.min(u32be(f.buf, f.pos), u32le(f.buf, f.pos))
  f.pos += 4
  return family === 2 || family === 10 || family === 23 || family === 24 || family === 28 || family === 30 ? Layer.ip : Layer.done
}

/** Linux cooked capture: the protocol field is an EtherType, unless the ARPHRD type says otherwise. */
function cooked(f: Frame, length: number, protocolAt: number): Layer {
  if (f.end - f.pos < length) return Layer.done
  f.next = u16be(f.buf, f.pos + protocolAt)
  f.pos += length
  return f.next === 4 ? Layer.llc : Layer.etherType
}

/** PPP in HDLC-like framing (RFC 1662), or Cisco HDLC under the same link type: the first octet tells. */
function pppOrHdlc(f: Frame): Layer {
  const first = f.end - f.pos >= 4 ? u8(f.buf, f.pos) : 0xff
  return first === 0x0f || first === 0x8f ? ciscoHdlc(f) : Layer.ppp
}

function ciscoHdlc(f: Frame): Layer {
  if (f.end - f.pos < 4) return Layer.done
  f.next = u16be(f.buf, f.pos + 2)
  f.pos += 4
  return Layer.etherType
}

/** Per-Packet Information: its own length (little-endian) and the link type of what follows. */
function ppi(f: Frame): Layer {
  if (f.end - f.pos < 8) return Layer.done
  const length = u8(f.buf, f.pos + 2) | (u8(f.buf, f.pos + 3) << 8)
  const inner = u32le(f.buf, f.pos + 4)
  if (length < 8 || f.end - f.pos < length || inner === LinkType.ppi) return Layer.done
  f.pos += length
  return startOf(inner, f) ?? Layer.done
}
