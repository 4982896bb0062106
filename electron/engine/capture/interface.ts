import type { u16be, u32be } from '../bytes/read'
import { MICROSECONDS, resolutionOf } from './clock'
import type { Resolution } from './clock'

const OPTION = { end: 0, tsresol: 9, fcslen: 13, tsoffset: 14 } as const
const STATISTIC = { interfaceDropped: 5, systemDropped: 7 } as const

/** What an Interface Description Block (pcapng §4.2) says of the packets that name it. */
export interface Interface {
  readonly linkType: number
  readonly snaplen: number
  readonly fcsLength: number
  readonly resolution: Resolution
}

/** Reads the block's body, buf[start, end); null when it is too short. Unknown options are skipped by their length. */
export function describeInterface(
  buf: Uint8Array,
  start: number,
  end: number,
  u16: typeof u16be,
  u32: typeof u32be,
): Interface | null {
  if (end - start < 8) return null
  let { perSecond, offset } = MICROSECONDS
  let fcsLength = 0
  eachOption(buf, start + 8, end, u16, (code, value, length) => {
    if (code === OPTION.tsresol && length >= 1) perSecond = resolutionOf(buf[value]!)
    else if (code === OPTION.tsoffset && length >= 8) offset = signed64(buf, value, u16, u32)
    else if (code === OPTION.fcslen && length >= 1) fcsLength = buf[value]!
  })
  return { linkType: u16(buf, start), snaplen: u32(buf, start + 4), fcsLength, resolution: { perSecond, offset } }
}

/** The drop counts in an Interface Statistics Block's body (§4.6), interface and operating system together; null if it has none. */
export function droppedPackets(buf: Uint8Array, start: number, end: number, u16: typeof u16be, u32: typeof u32be): number | null {
  let dropped: number | null = null
  eachOption(buf, start + 12, end, u16, (code, value, length) => {
    if ((code === STATISTIC.interfaceDropped || code === STATISTIC.systemDropped) && length >= 8) {
      dropped = (dropped ?? 0) + Math.max(0, signed64(buf, value, u16, u32))
    }
  })
  return dropped
}

/** Options (§3.5): code, length, value padded to four octets. */
function eachOption(
  buf: Uint8Array,
  start: number,
  end: number,
  u16: typeof u16be,
  take: (code: number, value: number, length: number) => void,
): void {
  for (let p = start; p + 4 <= end;) {
    const code = u16(buf, p)
    const length = u16(buf, p + 2)
    const value = p + 4
    if (code === OPTION.end || value + length > end) return
    take(code, value, length)
    p = value + ((length + 3) & ~3)
  }
}

/** A signed 64-bit count of seconds in the section's byte order; 0 where it is beyond all reason. */
function signed64(buf: Uint8Array, at: number, u16: typeof u16be, u32: typeof u32be): number {
  const bigEndian = u16(Uint8Array.of(0, 1), 0) === 1
  const high = u32(buf, bigEndian ? at : at + 4) | 0
  const low = u32(buf, bigEndian ? at + 4 : at)
  const value = high * 2 ** 32 + low
  return Number.isSafeInteger(value) ? value : 0
}
