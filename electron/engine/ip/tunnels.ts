/** Tunnels: GRE (RFC 2784, 2890) with ERSPAN, VXLAN (RFC 7348), Geneve (RFC 8926), GTP-U (3GPP TS 29.281), Teredo (RFC 4380). */
import { u16be, u24be, u32be, u8 } from '../bytes/read'
import { EtherType, Layer } from '../link/frame'
import type { Frame } from '../link/frame'
import { PathKind } from '../link/paths'
import type { PathTable } from '../link/paths'

export function gre(f: Frame, paths: PathTable): Layer {
  if (f.end - f.pos < 4) return Layer.done
  const flags = u16be(f.buf, f.pos)
  const protocol = u16be(f.buf, f.pos + 2)
  const version = flags & 7
  const checksum = (flags & 0x8000) !== 0
  const key = (flags & 0x2000) !== 0
  const sequence = (flags & 0x1000) !== 0
  // Version 1 is PPTP's (RFC 2637): key always, acknowledgment number by its own flag.
  const acknowledgment = version === 1 && (flags & 0x0080) !== 0
  const length = 4 + (checksum ? 4 : 0) + (key ? 4 : 0) + (sequence ? 4 : 0) + (acknowledgment ? 4 : 0)
  if (version > 1 || f.end - f.pos < length) return Layer.done
  f.path = paths.step(f.path, PathKind.gre, key ? u32be(f.buf, f.pos + (checksum ? 8 : 4)) : 0)
  f.pos += length
  if (protocol === EtherType.erspan2) {
    // Type I has no header and no GRE sequence number; type II has eight octets, the session id in the low ten bits of the second word.
    if (!sequence) return Layer.ethernet
    return erspan(f, paths, 8)
  }
  if (protocol === EtherType.erspan3) {
    const optional = f.end - f.pos >= 12 && (u8(f.buf, f.pos + 11) & 1) !== 0
    return erspan(f, paths, optional ? 20 : 12)
  }
  f.next = protocol
  return Layer.etherType
}

function erspan(f: Frame, paths: PathTable, length: number): Layer {
  if (f.end - f.pos < length) return Layer.done
  f.path = paths.step(f.path, PathKind.erspan, u16be(f.buf, f.pos + 2) & 0x3ff)
  f.pos += length
  return Layer.ethernet
}

const PORT = { vxlan: 4789, vxlanLinux: 8472, geneve: 6081, gtpUser: 2152, teredo: 3544 } as const

export function udp(f: Frame, paths: PathTable): Layer {
  if (f.end - f.pos < 8) return Layer.done
  const from = u16be(f.buf, f.pos)
  const to = u16be(f.buf, f.pos + 2)
  const length = u16be(f.buf, f.pos + 4)
  if (length >= 8 && f.pos + length < f.end) f.end = f.pos + length
  f.pos += 8
  const is = (port: number): boolean => to === port || from === port
  if (is(PORT.vxlan) || is(PORT.vxlanLinux)) return vxlan(f, paths)
  if (is(PORT.geneve)) return geneve(f, paths)
  if (is(PORT.gtpUser)) return gtp(f, paths)
  if (is(PORT.teredo)) return teredo(f, paths)
  return f.end > f.pos ? Layer.datagram : Layer.done
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
