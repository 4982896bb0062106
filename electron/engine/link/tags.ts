/** EtherTypes of tags and fabrics that stand between Ethernet and what it carries, other than VLANs. */
import { u16be, u24be, u32be, u8 } from '../bytes/read'
import { Layer } from './frame'
import type { Frame } from './frame'
import { PathKind } from './paths'
import type { PathTable } from './paths'

const Tag = {
  trill: 0x22f3,
  wccp: 0x883e,
  macsec: 0x88e5,
  backbone: 0x88e7,
  fabricPath: 0x8903,
  ciscoMetaData: 0x8909,
  vnTag: 0x8926,
  hsr: 0x892f,
  eTag: 0x893f,
  nsh: 0x894f,
} as const

/** What follows the tag that `f.next` names; done where it is none of these. */
export function tag(f: Frame, paths: PathTable): Layer {
  switch (f.next) {
    case Tag.vnTag:
      return step(f, 4)
    case Tag.hsr:
      return step(f, 4)
    case Tag.eTag:
      return step(f, 6)
    case Tag.ciscoMetaData:
      return step(f, 6)
    case Tag.fabricPath:
      return inner(f, 2)
    case Tag.backbone:
      return backbone(f, paths)
    case Tag.trill:
      // Options: a length in four-octet words in the low bits of the first octet and the high ones of the second (RFC 6325 §3).
      return f.end - f.pos < 6 ? Layer.done : inner(f, 6 + ((u16be(f.buf, f.pos) >> 6) & 0x1f) * 4)
    case Tag.macsec:
      return macsec(f)
    case Tag.nsh:
      return nsh(f)
    case Tag.wccp:
      // The redirect header of version 2 is four octets, none of which begins with a 4.
      if (f.end - f.pos >= 8 && u8(f.buf, f.pos) >> 4 !== 4) f.pos += 4
      return Layer.ip
    default:
      return Layer.done
  }
}

/** A tag of `length` octets with the next EtherType behind it. */
function step(f: Frame, length: number): Layer {
  if (f.end - f.pos < length + 2) return Layer.done
  f.next = u16be(f.buf, f.pos + length)
  f.pos += length + 2
  return f.next < 0x600 ? Layer.llc : Layer.etherType
}

function inner(f: Frame, length: number): Layer {
  if (f.end - f.pos < length) return Layer.done
  f.pos += length
  return Layer.ethernet
}

/** IEEE 802.1ah: the service's number, then the customer's frame. */
function backbone(f: Frame, paths: PathTable): Layer {
  if (f.end - f.pos < 4) return Layer.done
  f.path = paths.step(f.path, PathKind.backbone, u24be(f.buf, f.pos + 1))
  return inner(f, 4)
}

/** IEEE 802.1AE without encryption: tag control, short length, packet number, perhaps the channel; the check value ends the frame. */
function macsec(f: Frame): Layer {
  if (f.end - f.pos < 8) return Layer.done
  const control = u8(f.buf, f.pos)
  if ((control & 0x0c) !== 0) return Layer.done
  if (f.wireEnd - f.pos > 24) f.wireEnd -= 16
  if (f.end > f.wireEnd) f.end = f.wireEnd
  return step(f, (control & 0x20) !== 0 ? 14 : 6)
}

/** Network Service Header (RFC 8300 §2.2): its length in words, and the protocol behind it. */
export function nsh(f: Frame): Layer {
  if (f.end - f.pos < 8) return Layer.done
  const length = (u32be(f.buf, f.pos) >>> 16) & 0x3f
  const next = u8(f.buf, f.pos + 3)
  if (length < 2 || f.end - f.pos < length * 4) return Layer.done
  f.pos += length * 4
  return nextProtocol(next, f)
}

/** Protocol numbers that NSH and VXLAN-GPE share (RFC 8300 §2.2, draft-ietf-nvo3-vxlan-gpe §3.2). */
export function nextProtocol(next: number, f: Frame): Layer {
  if (next === 1) return Layer.ipv4
  if (next === 2) return Layer.ipv6
  if (next === 3) return Layer.ethernet
  if (next === 5) return Layer.mpls
  if (next !== 4) return Layer.done
  f.next = Tag.nsh
  return Layer.etherType
}
