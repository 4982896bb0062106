/** Packet headers (RFC 9000 §17, invariants in RFC 8999): what can be read of them before header protection is removed. */
import { u32be, u8 } from '../bytes/read'
import { Cursor } from './cursor'
import { versionOf } from './version'
import type { PacketType, QuicVersion } from './version'

/** Connection ids are at most 20 bytes long in every version we know (RFC 9000 §17.2). */
export const LONGEST_ID = 20

export interface LongHeader {
  readonly version: QuicVersion
  readonly type: PacketType
  readonly destination: Uint8Array
  readonly source: Uint8Array
  /** Where the packet begins. */
  readonly start: number
  /** Where the packet number begins; in a Retry packet its token. */
  readonly body: number
  /** Where the packet ends by its own Length; beyond the captured bytes when these were cut. */
  readonly end: number
}

export interface VersionNegotiation {
  readonly destination: Uint8Array
  readonly source: Uint8Array
}

/**
 * The long header at `start`, of a datagram whose bytes end at `wireEnd` on the wire and at `end` in the capture.
 * Null for what is no long header of a known version.
 */
export function longHeader(buf: Uint8Array, start: number, end: number, wireEnd: number): LongHeader | null {
  if (end - start < 7 || (u8(buf, start) & 0x80) === 0) return null
  const version = versionOf(u32be(buf, start + 1))
  if (version === undefined) return null
  const c = new Cursor(buf, start + 5, end)
  const destination = connectionId(c)
  const source = connectionId(c)
  if (destination === null || source === null) return null
  const type = version.types[(u8(buf, start) >> 4) & 3]!
  if (type === 'retry') return c.failed ? null : { version, type, destination, source, start, body: c.pos, end: wireEnd }
  if (type === 'initial') c.skip(c.varint())
  const length = c.varint()
  // Packet number and authentication tag make 20 bytes at least (RFC 9001 §5.4.2).
  if (c.failed || length < 20 || c.pos + length > wireEnd) return null
  return { version, type, destination, source, start, body: c.pos, end: c.pos + length }
}

/** A Version Negotiation packet (RFC 9000 §17.2.1): version 0, and a list of versions. */
export function versionNegotiation(buf: Uint8Array, start: number, end: number): VersionNegotiation | null {
  if (end - start < 7 || (u8(buf, start) & 0x80) === 0 || u32be(buf, start + 1) !== 0) return null
  const c = new Cursor(buf, start + 5, end)
  const destination = connectionId(c)
  const source = connectionId(c)
  return destination === null || source === null || c.left < 4 || c.left % 4 !== 0 ? null : { destination, source }
}

function connectionId(c: Cursor): Uint8Array | null {
  const length = c.u8()
  if (length > LONGEST_ID) return null
  const id = c.take(length)
  return c.failed ? null : id
}
