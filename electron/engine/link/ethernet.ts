/** Ethernet (IEEE 802.3), VLAN tags (802.1Q, 802.1ad), MPLS (RFC 3032), LLC/SNAP, PPP (RFC 1661) and PPPoE (RFC 2516). */
import { u16be, u24be, u32be, u8 } from '../bytes/read'
import { EtherType, Layer } from './frame'
import type { Frame } from './frame'
import { PathKind } from './paths'
import type { PathTable } from './paths'
import { tag } from './tags'

export function ethernet(f: Frame): Layer {
  if (f.end - f.pos < 14) return Layer.done
  f.next = u16be(f.buf, f.pos + 12)
  if (f.next < 0x700 && isIsl(f)) {
    f.pos += 26
    return Layer.ethernet
  }
  f.pos += 14
  // Below 0x600 the field is a length and an LLC header follows (802.3 §3.2.6).
  return f.next < 0x600 ? Layer.llc : Layer.etherType
}

export function etherType(f: Frame, paths: PathTable): Layer {
  for (;;) {
    switch (f.next) {
      case EtherType.ipv4:
        return Layer.ipv4
      case EtherType.ipv6:
        return Layer.ipv6
      case EtherType.vlan:
      case EtherType.qinq:
      case EtherType.qinqOld: {
        if (f.end - f.pos < 4) return Layer.done
        f.path = paths.step(f.path, PathKind.vlan, u16be(f.buf, f.pos) & 0x0fff)
        f.next = u16be(f.buf, f.pos + 2)
        f.pos += 4
        if (f.next < 0x600) return Layer.llc
        continue
      }
      case EtherType.mpls:
      case EtherType.mplsMulticast:
        return Layer.mpls
      case EtherType.pppoeSession:
        return Layer.pppoe
      case EtherType.ppp:
        return Layer.ppp
      case EtherType.transparentEthernet:
        return Layer.ethernet
      default:
        return tag(f, paths)
    }
  }
}

/** Cisco's ISL: an Ethernet frame to 01-00-0c-00-00 (or 03-…) holds another, behind 26 octets and before a check sequence. */
function isIsl(f: Frame): boolean {
  return (u32be(f.buf, f.pos) & 0xfdffffff) >>> 0 === 0x01000c00 && u8(f.buf, f.pos + 4) === 0 && f.end - f.pos >= 44
}

/** IEEE 802.1's organisation code, as RFC 2684 §5.2 uses it. */
const BRIDGED = 0x0080c2

export function llc(f: Frame): Layer {
  if (f.end - f.pos < 8) return Layer.done
  // DSAP and SSAP 0xAA with control 3 is SNAP; 0x06 is IP straight inside LLC.
  if (u8(f.buf, f.pos) === 0xaa && u8(f.buf, f.pos + 1) === 0xaa && u8(f.buf, f.pos + 2) === 3) {
    const organisation = u24be(f.buf, f.pos + 3)
    f.next = u16be(f.buf, f.pos + 6)
    f.pos += 8
    if (organisation !== BRIDGED) return Layer.etherType
    // A bridged Ethernet frame behind two octets of padding, with its check sequence (1) or without (7).
    f.pos += 2
    return f.next === 1 || f.next === 7 ? Layer.ethernet : Layer.done
  }
  // PPP over AAL5 (RFC 2364 §6).
  if (u16be(f.buf, f.pos) === 0xfefe && u8(f.buf, f.pos + 3) === 0xcf) {
    f.pos += 4
    return Layer.ppp
  }
  if (u8(f.buf, f.pos) === 0x06 && u8(f.buf, f.pos + 2) === 3) {
    f.pos += 3
    return Layer.ip
  }
  return Layer.done
}

export function mpls(f: Frame, paths: PathTable): Layer {
  for (;;) {
    if (f.end - f.pos < 4) return Layer.done
    const entry = u32be(f.buf, f.pos)
    f.pos += 4
    f.path = paths.step(f.path, PathKind.mpls, entry >>> 12)
    if ((entry & 0x100) === 0) continue
    if (f.end - f.pos < 1) return Layer.done
    const nibble = u8(f.buf, f.pos) >> 4
    if (nibble === 4 || nibble === 6) return Layer.ip
    // A pseudowire (RFC 4448): a control word of zeros, then Ethernet.
    if (nibble === 0 && f.end - f.pos >= 4) f.pos += 4
    return Layer.ethernet
  }
}

export function pppoe(f: Frame, paths: PathTable): Layer {
  if (f.end - f.pos < 8 || u8(f.buf, f.pos) !== 0x11 || u8(f.buf, f.pos + 1) !== 0) return Layer.done
  f.path = paths.step(f.path, PathKind.pppoe, u16be(f.buf, f.pos + 2))
  const payload = f.pos + 6 + u16be(f.buf, f.pos + 4)
  f.pos += 6
  if (payload < f.wireEnd) f.wireEnd = payload
  if (payload < f.end) f.end = payload
  return Layer.ppp
}

export function ppp(f: Frame): Layer {
  // Address and control (0xff 0x03) may be there or compressed away; the protocol number may be one octet (RFC 1661 §2).
  if (f.end - f.pos >= 2 && u8(f.buf, f.pos) === 0xff && u8(f.buf, f.pos + 1) === 0x03) f.pos += 2
  if (f.end - f.pos < 2) return Layer.done
  let protocol = u8(f.buf, f.pos)
  if ((protocol & 1) !== 0) f.pos += 1
  else {
    protocol = u16be(f.buf, f.pos)
    f.pos += 2
  }
  if (protocol === 0x21) return Layer.ipv4
  if (protocol === 0x57) return Layer.ipv6
  if (protocol === 0x281 || protocol === 0x283) return Layer.mpls
  // Multilink (RFC 1990): what begins and ends in this fragment is a packet.
  if (protocol === 0x3d && f.end - f.pos > 4 && u8(f.buf, f.pos) >> 6 === 3) {
    f.pos += 4
    return Layer.ppp
  }
  return Layer.done
}
