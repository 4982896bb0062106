/** The frames inside a packet (RFC 9000 §19, RFC 9221): those that tell us something are handed on, the others are stepped over. */
import { Cursor } from './cursor'

export interface FrameHandler {
  /** The largest packet number that the frame's receiver sent and its sender got (RFC 9000 §19.3). */
  acknowledged(largest: number): void
  /** `length` bytes of the cryptographic handshake, beginning at its byte `offset`: buf[start, start + length). */
  crypto(buf: Uint8Array, start: number, length: number, offset: number): void
  stream(id: number, buf: Uint8Array, start: number, length: number, offset: number, fin: boolean): void
  resetStream(id: number): void
  /** @param token what a stateless reset for this id ends with (RFC 9000 §10.3) */
  newConnectionId(id: Uint8Array, token: Uint8Array): void
  /** `byApplication`: the error code is the application's, else the transport's. */
  connectionClose(error: number, byApplication: boolean): void
}

const ACK = 0x02
const ACK_ECN = 0x03
const CLOSE = 0x1c
const CLOSE_APPLICATION = 0x1d
const DATAGRAM = 0x30

/** Walks the frames of a packet to its end, or to the first that is unknown or broken. */
export function walkFrames(payload: Uint8Array, handler: FrameHandler): void {
  const c = new Cursor(payload, 0, payload.length)
  while (c.left > 0 && frame(c.varint(), c, handler) && !c.failed);
}

function frame(type: number, c: Cursor, handler: FrameHandler): boolean {
  switch (type) {
    case 0x00: // PADDING
      while (c.left > 0 && c.buf[c.pos] === 0) c.pos++
      return true
    case 0x01: // PING
      return true
    case ACK:
    case ACK_ECN:
      return acknowledgment(type, c, handler)
    case 0x04: // RESET_STREAM
      return resetStream(c, handler)
    case 0x06:
      return crypto(c, handler)
    case 0x07: // NEW_TOKEN
      c.skip(c.varint())
      return true
    case 0x18: // NEW_CONNECTION_ID
      return newConnectionId(c, handler)
    case CLOSE:
    case CLOSE_APPLICATION:
      return close(type, c, handler)
    default:
      if (type >= 0x08 && type <= 0x0f) return stream(type, c, handler)
      return other(type, c)
  }
}

/** Frames that are numbers only, and DATAGRAM. */
function other(type: number, c: Cursor): boolean {
  const numbers = NUMBERS.get(type)
  if (numbers !== undefined) {
    for (let i = 0; i < numbers; i++) c.varint()
    return true
  }
  if (type === 0x1a || type === 0x1b) {
    c.skip(8) // PATH_CHALLENGE, PATH_RESPONSE
    return true
  }
  if (type === DATAGRAM) c.pos = c.end
  else if (type === DATAGRAM + 1) c.skip(c.varint())
  else return false
  return true
}

/** How many numbers they have: STOP_SENDING, MAX_DATA, MAX_STREAM_DATA, MAX_STREAMS, DATA_BLOCKED, STREAM_DATA_BLOCKED, STREAMS_BLOCKED, RETIRE_CONNECTION_ID, HANDSHAKE_DONE; TIME_STAMP and ACK_FREQUENCY's (drafts). */
const NUMBERS: ReadonlyMap<number, number> = new Map([
  [0x05, 2],
  [0x10, 1],
  [0x11, 2],
  [0x12, 1],
  [0x13, 1],
  [0x14, 1],
  [0x15, 2],
  [0x16, 1],
  [0x17, 1],
  [0x19, 1],
  [0x1e, 0],
  [0x1f, 0],
  [0xaf, 4],
  [0x02f5, 1],
])

function acknowledgment(type: number, c: Cursor, handler: FrameHandler): boolean {
  const largest = c.varint()
  c.varint()
  const ranges = c.varint()
  c.varint()
  for (let i = 0; i < ranges && !c.failed; i++) {
    c.varint()
    c.varint()
  }
  if (type === ACK_ECN) for (let i = 0; i < 3; i++) c.varint()
  if (!c.failed) handler.acknowledged(largest)
  return true
}

function crypto(c: Cursor, handler: FrameHandler): boolean {
  const offset = c.varint()
  const length = c.varint()
  c.skip(length)
  if (!c.failed) handler.crypto(c.buf, c.pos - length, length, offset)
  return true
}

function stream(type: number, c: Cursor, handler: FrameHandler): boolean {
  const id = c.varint()
  const offset = (type & 4) !== 0 ? c.varint() : 0
  const length = (type & 2) !== 0 ? c.varint() : c.left
  c.skip(length)
  if (!c.failed) handler.stream(id, c.buf, c.pos - length, length, offset, (type & 1) !== 0)
  return true
}

function resetStream(c: Cursor, handler: FrameHandler): boolean {
  const id = c.varint()
  c.varint()
  c.varint()
  if (!c.failed) handler.resetStream(id)
  return true
}

function newConnectionId(c: Cursor, handler: FrameHandler): boolean {
  c.varint()
  c.varint()
  const id = c.take(c.u8())
  const token = c.take(16)
  if (!c.failed) handler.newConnectionId(id, token)
  return true
}

function close(type: number, c: Cursor, handler: FrameHandler): boolean {
  const error = c.varint()
  if (type === CLOSE) c.varint()
  c.skip(c.varint())
  if (!c.failed) handler.connectionClose(error, type === CLOSE_APPLICATION)
  return true
}
