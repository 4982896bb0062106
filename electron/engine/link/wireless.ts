/** IEEE 802.11 data frames, bare or behind a radiotap header (radiotap.org). */
import { u16be, u16le, u8 } from '../bytes/read'
import { Layer } from './frame'
import type { Frame } from './frame'

export function radiotap(f: Frame): Layer {
  if (f.end - f.pos < 8) return Layer.done
  const length = u16le(f.buf, f.pos + 2)
  if (length < 8 || f.end - f.pos < length) return Layer.done
  const flags = radiotapFlags(f.buf, f.pos, length)
  // 0x10: the frame check sequence is included.
  if ((flags & 0x10) !== 0 && f.wireEnd - f.pos - length >= 4) {
    f.wireEnd -= 4
    if (f.end > f.wireEnd) f.end = f.wireEnd
  }
  f.padded = (flags & 0x20) !== 0
  f.pos += length
  return Layer.wifi
}

/** The Flags field, if it is present: bit 1, after the optional TSFT of eight octets aligned to eight. */
function radiotapFlags(b: Uint8Array, start: number, length: number): number {
  let p = start + 4
  const present = b[p]!
  while ((u8(b, p + 3) & 0x80) !== 0 && p + 8 <= start + length) p += 4
  p += 4
  if ((present & 2) === 0) return 0
  if ((present & 1) !== 0) p = start + ((p - start + 7) & ~7) + 8
  return p < start + length ? u8(b, p) : 0
}

/** Type 2 is data; subtypes with bit 2 carry none. */
export const isDataFrame = (control: number): boolean => (control & 0x4f) === 0x08

export function wifi(f: Frame): Layer {
  if (f.end - f.pos < 24) return Layer.done
  const control = u8(f.buf, f.swapped ? f.pos + 1 : f.pos)
  const flags = u8(f.buf, f.swapped ? f.pos : f.pos + 1)
  // Protected frames are unreadable.
  if (!isDataFrame(control) || (flags & 0x40) !== 0) return Layer.done
  let length = (flags & 3) === 3 ? 30 : 24
  let aggregate = false
  if ((control & 0x80) !== 0) {
    if (f.end - f.pos < length + 2) return Layer.done
    aggregate = (u8(f.buf, f.pos + length) & 0x80) !== 0
    length += 2
    if ((flags & 0x80) !== 0) length += 4
  }
  if (f.padded) length = (length + 3) & ~3
  if (f.end - f.pos < length) return Layer.done
  f.pos += length
  if (!aggregate) return Layer.llc
  f.following = f.pos
  f.aggregateEnd = f.end
  f.aggregateBuf = f.buf
  f.aggregatePath = f.path
  return nextMsdu(f)
}

/** The next packet of an aggregate (IEEE 802.11-2020 §9.3.2.2): two addresses and a length before each, padding to four octets between them. */
export function nextMsdu(f: Frame): Layer {
  const at = f.following
  f.buf = f.aggregateBuf ?? f.buf
  f.path = f.aggregatePath
  const start = at + 14
  f.following = 0
  if (start > f.aggregateEnd) return Layer.done
  const length = u16be(f.buf, at + 12)
  const end = start + length
  f.pos = start
  f.wireEnd = end
  f.end = Math.min(end, f.aggregateEnd)
  if (end < f.aggregateEnd) f.following = at + ((14 + length + 3) & ~3)
  return Layer.llc
}
