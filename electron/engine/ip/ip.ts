/** IPv4 (RFC 791) and IPv6 (RFC 8200) headers, options and extension headers. */
import { u16be, u8 } from '../bytes/read'
import { Layer } from '../link/frame'
import type { Frame } from '../link/frame'
import type { Fragments } from './fragments'

export const IpProtocol = {
  hopByHop: 0,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  routing: 43,
  fragment: 44,
  gre: 47,
  esp: 50,
  authentication: 51,
  noNext: 59,
  destination: 60,
  etherIp: 97,
  shim6: 140,
} as const

/** Raw IP: the version nibble decides. */
export function ip(f: Frame): Layer {
  if (f.pos >= f.end) return Layer.done
  const version = u8(f.buf, f.pos) >> 4
  return version === 4 ? Layer.ipv4 : version === 6 ? Layer.ipv6 : Layer.done
}

export function ipv4(f: Frame, fragments: Fragments): Layer {
  const { buf, pos } = f
  if (f.end - pos < 20) return Layer.done
  const headerLength = (u8(buf, pos) & 0x0f) * 4
  if (u8(buf, pos) >> 4 !== 4 || headerLength < 20 || f.end - pos < headerLength) return Layer.done
  const total = u16be(buf, pos + 2)
  // 0: the packet was captured before segmentation offload wrote the length. Then the capture's own length is right.
  if (total !== 0) {
    if (total < headerLength) return Layer.done
    setEnd(f, pos + total)
  }
  f.source = pos + 12
  f.destination = pos + 16
  f.addressLength = 4
  if (headerLength > 20) sourceRoute(f, pos + headerLength)
  f.identification = u16be(buf, pos + 4)
  f.next = u8(buf, pos + 9)
  const fragment = u16be(buf, pos + 6)
  f.pos = pos + headerLength
  if ((fragment & 0x3fff) !== 0) {
    return fragments.add(f, pos, u16be(buf, pos + 4), (fragment & 0x1fff) * 8, (fragment & 0x2000) !== 0)
      ? Layer.ipProtocol
      : Layer.done
  }
  return Layer.ipProtocol
}

export function ipv6(f: Frame, fragments: Fragments): Layer {
  const { buf, pos } = f
  if (f.end - pos < 40 || u8(buf, pos) >> 4 !== 6) return Layer.done
  const payload = u16be(buf, pos + 4)
  // 0: a jumbogram (RFC 2675) or an offloaded segment.
  if (payload !== 0) setEnd(f, pos + 40 + payload)
  f.source = pos + 8
  f.destination = pos + 24
  f.addressLength = 16
  f.identification = 0
  f.next = u8(buf, pos + 6)
  f.pos = pos + 40
  for (;;) {
    switch (f.next) {
      case IpProtocol.routing:
        throughRoute(f)
        if (!extension(f, 8)) return Layer.done
        continue
      case IpProtocol.hopByHop:
      case IpProtocol.destination:
      case IpProtocol.shim6:
        if (!extension(f, 8)) return Layer.done
        continue
      case IpProtocol.authentication:
        if (!extension(f, 4)) return Layer.done
        continue
      case IpProtocol.fragment: {
        if (f.end - f.pos < 8) return Layer.done
        const at = f.pos
        const word = u16be(f.buf, at + 2)
        f.next = u8(f.buf, at)
        f.pos += 8
        if ((word & 0xfff9) === 0) continue
        const id = ((u16be(f.buf, at + 4) << 16) | u16be(f.buf, at + 6)) >>> 0
        if (!fragments.add(f, pos, id, word & 0xfff8, (word & 1) !== 0)) return Layer.done
        continue
      }
      default:
        return Layer.ipProtocol
    }
  }
}

/** Loose and strict source routes (RFC 791 §3.1): while hops are left, the last address of the route is where the packet goes. */
function sourceRoute(f: Frame, end: number): void {
  const { buf } = f
  for (let p = f.pos + 20; p < end;) {
    const kind = u8(buf, p)
    if (kind === 0) return
    const length = kind === 1 ? 1 : p + 1 < end ? u8(buf, p + 1) : 0
    if (length === 0 || p + length > end) return
    if ((kind === 0x83 || kind === 0x89) && length >= 7 && u8(buf, p + 2) <= length - 3) f.destination = p + length - 4
    p += length
  }
}

/** While segments are left, the final destination is the route's last: the first listed of a segment route (RFC 8754), else the last. */
function throughRoute(f: Frame): void {
  const { buf, pos } = f
  if (f.end - pos < 24) return
  const length = (u8(buf, pos + 1) + 1) * 8
  const type = u8(buf, pos + 2)
  if (u8(buf, pos + 3) === 0 || f.end - pos < length) return
  if (type === 4) f.destination = pos + 8
  else if (type === 0 || type === 2) f.destination = pos + 8 + 16 * (Math.floor((length - 8) / 16) - 1)
}

function setEnd(f: Frame, wireEnd: number): void {
  f.wireEnd = wireEnd
  if (wireEnd < f.end) f.end = wireEnd
}

/** Steps over one extension header whose length counts `unit`-octet words (authentication: 4 and 2 more, RFC 4302). */
function extension(f: Frame, unit: 4 | 8): boolean {
  if (f.end - f.pos < 8) return false
  const length = unit === 8 ? (u8(f.buf, f.pos + 1) + 1) * 8 : (u8(f.buf, f.pos + 1) + 2) * 4
  if (f.end - f.pos < length) return false
  f.next = u8(f.buf, f.pos)
  f.pos += length
  return true
}

/** After the IP header: the transport or tunnel inside. */
export function ipProtocol(f: Frame): Layer {
  switch (f.next) {
    case IpProtocol.tcp:
      return Layer.tcp
    case IpProtocol.udp:
      return Layer.udp
    case IpProtocol.ipv4:
      return Layer.ipv4
    case IpProtocol.ipv6:
      return Layer.ipv6
    case IpProtocol.gre:
      return Layer.gre
    case IpProtocol.authentication:
      return extension(f, 4) ? Layer.ipProtocol : Layer.done
    case IpProtocol.etherIp:
      // Version 3 and reserved bits (RFC 3378).
      if (f.end - f.pos < 2 || u8(f.buf, f.pos) !== 0x30) return Layer.done
      f.pos += 2
      return Layer.ethernet
    default:
      return Layer.done
  }
}
