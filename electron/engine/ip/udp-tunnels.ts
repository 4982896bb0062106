/**
 * Tunnels in UDP: VXLAN (RFC 7348) and its generic extension, Geneve (RFC 8926), GTP-U (3GPP TS 29.281), Teredo (RFC 4380),
 * L2TP (RFC 2661), LISP (RFC 9300), AYIYA, CAPWAP (RFC 5415), MPLS (RFC 7510) and TZSP.
 */
import { u16be, u24be, u8 } from '../bytes/read'
import { Layer } from '../link/frame'
import type { Frame } from '../link/frame'
import { PathKind } from '../link/paths'
import type { PathTable } from '../link/paths'
import { nextProtocol } from '../link/tags'
import { isDataFrame } from '../link/wireless'

const PORT = {
  l2tp: 1701,
  gtpUser: 2152,
  teredo: 3544,
  lisp: 4341,
  vxlan: 4789,
  vxlanGpe: 4790,
  ayiya: 5072,
  capwap: 5247,
  geneve: 6081,
  mpls: 6635,
  vxlanLinux: 8472,
  tzsp: 37_008,
} as const

/** 1 for each of these ports: nearly every datagram comes and goes to none of them. */
const TUNNELS = new Uint8Array(65_536)
for (const port of Object.values(PORT)) TUNNELS[port] = 1

export function udp(f: Frame, paths: PathTable): Layer {
  if (f.end - f.pos < 8) return Layer.done
  const from = u16be(f.buf, f.pos)
  const to = u16be(f.buf, f.pos + 2)
  const length = u16be(f.buf, f.pos + 4)
  if (length >= 8 && f.pos + length < f.end) f.end = f.pos + length
  f.pos += 8
  const layer = TUNNELS[to] === 1 ? tunnel(to, f, paths) : TUNNELS[from] === 1 ? tunnel(from, f, paths) : null
  return layer ?? (f.end > f.pos ? Layer.datagram : Layer.done)
}

/** null: the port is a tunnel's, but what is there is not. */
function tunnel(port: number, f: Frame, paths: PathTable): Layer | null {
  switch (port) {
    case PORT.vxlan:
    case PORT.vxlanLinux:
      return vxlan(f, paths)
    case PORT.vxlanGpe:
      return vxlanGpe(f, paths)
    case PORT.geneve:
      return geneve(f, paths)
    case PORT.gtpUser:
      return gtp(f, paths)
    case PORT.teredo:
      return teredo(f, paths)
    case PORT.l2tp:
      return l2tp(f, paths)
    case PORT.lisp:
      return lisp(f)
    case PORT.ayiya:
      return ayiya(f)
    case PORT.capwap:
      return capwap(f)
    case PORT.mpls:
      return Layer.mpls
    case PORT.tzsp:
      return tzsp(f)
    default:
      return null
  }
}

function vxlan(f: Frame, paths: PathTable): Layer {
  if (f.end - f.pos < 8 || (u8(f.buf, f.pos) & 0x08) === 0) return Layer.done
  f.path = paths.step(f.path, PathKind.vxlan, u24be(f.buf, f.pos + 4))
  f.pos += 8
  return Layer.ethernet
}

function geneve(f: Frame, paths: PathTable): Layer {
  if (f.end - f.pos < 8 || u8(f.buf, f.pos) >> 6 !== 0) return Layer.done
  const length = 8 + (u8(f.buf, f.pos) & 0x3f) * 4
  if (f.end - f.pos < length) return Layer.done
  f.path = paths.step(f.path, PathKind.geneve, u24be(f.buf, f.pos + 4))
  f.next = u16be(f.buf, f.pos + 2)
  f.pos += length
  return Layer.etherType
}

function gtp(f: Frame, paths: PathTable): Layer {
  if (f.end - f.pos < 8) return Layer.done
  const flags = u8(f.buf, f.pos)
  // Version 1, protocol type GTP, message type G-PDU.
  if (flags >> 5 !== 1 || (flags & 0x10) === 0 || u8(f.buf, f.pos + 1) !== 0xff) return Layer.done
  f.path = paths.step(f.path, PathKind.gtp, 0)
  let pos = f.pos + 8
  if ((flags & 7) !== 0) {
    pos += 4
    // Extension headers: a length in 4-octet words, and at the end of each the type of the next.
    for (let type = (flags & 4) !== 0 && pos <= f.end ? u8(f.buf, pos - 1) : 0; type !== 0;) {
      if (pos >= f.end) return Layer.done
      const length = u8(f.buf, pos) * 4
      if (length === 0 || pos + length > f.end) return Layer.done
      pos += length
      type = u8(f.buf, pos - 1)
    }
  }
  if (pos > f.end) return Layer.done
  f.pos = pos
  return Layer.ip
}

function teredo(f: Frame, paths: PathTable): Layer {
  for (;;) {
    if (f.end - f.pos < 8) return Layer.done
    const word = u16be(f.buf, f.pos)
    if (word === 1) f.pos += 13 + u8(f.buf, f.pos + 2) + u8(f.buf, f.pos + 3)
    else if (word === 0) f.pos += 8
    else break
    if (f.pos >= f.end) return Layer.done
  }
  f.path = paths.step(f.path, PathKind.teredo, 0)
  return u8(f.buf, f.pos) >> 4 === 6 ? Layer.ipv6 : Layer.done
}

/** Instance flag 0x08, next-protocol flag 0x04. */
function vxlanGpe(f: Frame, paths: PathTable): Layer | null {
  if (f.end - f.pos < 8 || (u8(f.buf, f.pos) & 0x0c) !== 0x0c) return null
  const next = u8(f.buf, f.pos + 3)
  f.path = paths.step(f.path, PathKind.vxlan, u24be(f.buf, f.pos + 4))
  f.pos += 8
  return nextProtocol(next, f)
}

/** Version 2, data messages only: length, tunnel and session, sequence numbers and padding where the flags say so. */
function l2tp(f: Frame, paths: PathTable): Layer | null {
  if (f.end - f.pos < 6) return null
  const flags = u16be(f.buf, f.pos)
  if ((flags & 0x000f) !== 2 || (flags & 0x8000) !== 0) return null
  let p = f.pos + ((flags & 0x4000) !== 0 ? 4 : 2)
  if (f.end - p < 6) return null
  const session = u16be(f.buf, p + 2)
  p += (flags & 0x0800) !== 0 ? 8 : 4
  if ((flags & 0x0200) !== 0) p += f.end - p >= 2 ? 2 + u16be(f.buf, p) : 2
  if (p >= f.end) return null
  f.path = paths.step(f.path, PathKind.l2tp, session)
  f.pos = p
  return Layer.ppp
}

function lisp(f: Frame): Layer | null {
  if (f.end - f.pos < 28) return null
  f.pos += 8
  return Layer.ip
}

/** Anything In Anything: identity and signature say their lengths; operation 1 forwards what follows. */
function ayiya(f: Frame): Layer | null {
  if (f.end - f.pos < 8 || (u8(f.buf, f.pos + 2) & 0x0f) !== 1) return null
  const length = 8 + 2 ** (u8(f.buf, f.pos) >> 4) + 4 * (u8(f.buf, f.pos + 1) >> 4)
  if (f.end - f.pos < length) return null
  f.next = u8(f.buf, f.pos + 3)
  f.pos += length
  return Layer.ipProtocol
}

/** Unfragmented, unencrypted data: an 802.11 frame (the T flag), or an Ethernet one. Cisco's controllers swap the octets of frame control. */
function capwap(f: Frame): Layer | null {
  if (f.end - f.pos < 8 || u8(f.buf, f.pos) !== 0) return null
  const length = (u8(f.buf, f.pos + 1) >> 3) * 4
  const native = (u8(f.buf, f.pos + 2) & 1) !== 0
  if (length < 8 || f.end - f.pos < length + 24 || (u8(f.buf, f.pos + 3) & 0x80) !== 0) return null
  f.pos += length
  if (!native) return Layer.ethernet
  f.swapped = !isDataFrame(u8(f.buf, f.pos)) && isDataFrame(u8(f.buf, f.pos + 1))
  return Layer.wifi
}

/** A version, a kind, what it carries, and tagged fields up to the end tag. */
function tzsp(f: Frame): Layer | null {
  if (f.end - f.pos < 5 || u8(f.buf, f.pos) !== 1 || u8(f.buf, f.pos + 1) > 1) return null
  const carries = u16be(f.buf, f.pos + 2)
  let p = f.pos + 4
  for (; p < f.end && u8(f.buf, p) !== 1; p += u8(f.buf, p) === 0 ? 1 : 2 + (p + 1 < f.end ? u8(f.buf, p + 1) : 0));
  if (p + 1 >= f.end || (carries !== 1 && carries !== 18)) return null
  f.pos = p + 1
  return carries === 1 ? Layer.ethernet : Layer.wifi
}
