/** HTTP/2 frames: nine octets that say what follows and for whom (RFC 9113 §4.1). */
import { u24be, u32be } from '../../bytes/read'

/** The frame types that this engine reads or knows the shape of. */
export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
  /** RFC 7838 §4 */
  altSvc: 10,
  /** RFC 8336 §2 */
  origin: 12,
  /** RFC 9218 §7.1 */
  priorityUpdate: 16,
} as const

export const Flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const

export const HEADER_OCTETS = 9
/** SETTINGS_MAX_FRAME_SIZE until the peer says otherwise (§6.5.2). */
export const INITIAL_FRAME_SIZE = 16_384

/** A frame's header, and where and when its first octet came. */
export interface Frame {
  length: number
  type: number
  flags: number
  stream: number
  packet: number
  at: number
}

export function readHeader(b: Uint8Array, p: number, into: Frame): void {
  into.length = u24be(b, p)
  into.type = b[p + 3]!
  into.flags = b[p + 4]!
  into.stream = u32be(b, p + 5) & 0x7fff_ffff
}

interface Shape {
  /** Flags that are defined for the type; others are rarely sent. */
  readonly flags: number
  /** 'connection': stream 0 only. 'stream': never stream 0. */
  readonly on: 'connection' | 'stream' | 'both'
  /** The payload's length: exactly, or a multiple of it where `several`. */
  readonly length?: number
  readonly several?: true
}

const { data, headers, priority, rstStream, settings, pushPromise, ping, goaway, windowUpdate, continuation, altSvc, origin } =
  FrameType

const SHAPES: ReadonlyMap<number, Shape> = new Map<number, Shape>([
  [data, { flags: 0x09, on: 'stream' }],
  [headers, { flags: 0x2d, on: 'stream' }],
  [priority, { flags: 0, on: 'stream', length: 5 }],
  [rstStream, { flags: 0, on: 'stream', length: 4 }],
  [settings, { flags: 0x01, on: 'connection', length: 6, several: true }],
  [pushPromise, { flags: 0x0c, on: 'stream' }],
  [ping, { flags: 0x01, on: 'connection', length: 8 }],
  [goaway, { flags: 0, on: 'connection' }],
  [windowUpdate, { flags: 0, on: 'both', length: 4 }],
  [continuation, { flags: 0x04, on: 'stream' }],
  [altSvc, { flags: 0, on: 'both' }],
  [origin, { flags: 0, on: 'connection' }],
  [FrameType.priorityUpdate, { flags: 0, on: 'connection' }],
])

/** Could the nine octets at `p` be a frame's header? Of random octets about one in 10^9 could. */
export function isPlausible(b: Uint8Array, p: number, largest: number): boolean {
  const length = u24be(b, p)
  const shape = length <= largest ? SHAPES.get(b[p + 3]!) : undefined
  if (shape === undefined || (b[p + 4]! & ~shape.flags) !== 0) return false
  if (shape.length !== undefined && (shape.several === true ? length % shape.length !== 0 : length !== shape.length)) return false
  const stream = u32be(b, p + 5)
  if (stream > 0x7fff_ffff) return false
  return shape.on === 'both' || (shape.on === 'connection') === (stream === 0)
}
