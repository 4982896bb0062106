/** What the ends of a connection tell each other about the connection itself: SETTINGS, GOAWAY, ORIGIN, ALTSVC. */
import { u16be, u32be } from '../../bytes/read'
import { latin1 } from '../../bytes/text'

const Setting = { maxConcurrentStreams: 3, maxFrameSize: 5 } as const

export interface Settings {
  /** Streams that the receiver may have open; null where not told. */
  maxConcurrentStreams: number | null
  maxFrameSize: number | null
}

/** The payload of a SETTINGS frame (RFC 9113 §6.5.1). The last value of a setting counts. */
export function readSettings(b: Uint8Array, start: number, end: number): Settings {
  const settings: Settings = { maxConcurrentStreams: null, maxFrameSize: null }
  for (let p = start; p + 6 <= end; p += 6) {
    const identifier = u16be(b, p)
    const value = u32be(b, p + 2)
    if (identifier === Setting.maxConcurrentStreams) settings.maxConcurrentStreams = value
    else if (identifier === Setting.maxFrameSize && value >= 16_384 && value < 1 << 24) settings.maxFrameSize = value
  }
  return settings
}

const MOST_ORIGINS = 100
const LONGEST_ORIGIN = 300

/** An ORIGIN frame's origins (RFC 8336 §2.1): length and ASCII text, over and over. Adds them to `into`, which stays short. */
export function readOrigins(b: Uint8Array, start: number, end: number, into: Set<string>): void {
  for (let p = start; p + 2 <= end && into.size < MOST_ORIGINS;) {
    const next = p + 2 + u16be(b, p)
    if (next > end) return
    const text = latin1(b, p + 2, Math.min(next, p + 2 + LONGEST_ORIGIN))
    if (text !== '') into.add(text)
    p = next
  }
}

/** An ALTSVC frame (RFC 7838 §4): the origin it is for, where it is for one, and the alternatives as in the Alt-Svc field. */
export function readAltSvc(b: Uint8Array, start: number, end: number, into: Set<string>): void {
  if (start + 2 > end || into.size >= MOST_ORIGINS) return
  const value = start + 2 + u16be(b, start)
  if (value >= end) return
  into.add(latin1(b, value, Math.min(end, value + LONGEST_ORIGIN)))
}
