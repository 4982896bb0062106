/** GRE (RFC 2784, 2890), with its variants for PPTP (RFC 2637), ERSPAN and Aruba's access points. */
import { u16be, u32be, u8 } from '../bytes/read'
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
  const routing = version === 0 && (flags & 0x4000) !== 0
  const keyAt = f.pos + (checksum || routing ? 8 : 4)
  const length = keyAt - f.pos + (key ? 4 : 0) + (sequence ? 4 : 0) + (acknowledgment ? 4 : 0)
  if (version > 1 || f.end - f.pos < length) return Layer.done
  // The high half of PPTP's key is the payload's length.
  f.path = paths.step(f.path, PathKind.gre, !key ? 0 : version === 1 ? u16be(f.buf, keyAt + 2) : u32be(f.buf, keyAt))
  f.pos += length
  if (routing && !behindRoutes(f)) return Layer.done
  if (isAruba(protocol)) return Layer.wifi
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

/** Source route entries (RFC 1701): family, offset, length and so many octets; the last is all zeros. */
function behindRoutes(f: Frame): boolean {
  while (f.end - f.pos >= 4) {
    const family = u16be(f.buf, f.pos)
    const length = u8(f.buf, f.pos + 3)
    f.pos += 4 + length
    if (family === 0 && length === 0) return f.pos <= f.end
  }
  return false
}

/** Protocol types under which Aruba's access points send 802.11 frames. */
const isAruba = (protocol: number): boolean =>
  (protocol >= 0x8200 && protocol <= 0x8210) ||
  protocol === 0x8300 ||
  protocol === 0x8310 ||
  protocol === 0x8370 ||
  protocol === 0x9000

function erspan(f: Frame, paths: PathTable, length: number): Layer {
  if (f.end - f.pos < length) return Layer.done
  f.path = paths.step(f.path, PathKind.erspan, u16be(f.buf, f.pos + 2) & 0x3ff)
  f.pos += length
  return Layer.ethernet
}
