/** Writes TCP segments into a classic pcap file, 3 to 7 µs apart, with the same bytes every time. */
import { closeSync, openSync, writeSync } from 'node:fs'

export const FIN = 1
export const SYN = 2
export const PSH = 8
export const ACK = 16
/** Payload of a full-sized segment with time stamps. */
export const MSS = 1448
const EPOCH = 1_760_000_000

/** A small repeatable generator (Marsaglia xorshift32). */
let state = 0x2545f491
export const random = (below) => {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % below
}

/** @typedef {{ client: number, server: number, port: number, serverPort: number, up: number, down: number }} Connection `up`, `down`: next sequence numbers */

export class PcapWriter {
  #out = Buffer.alloc(8 << 20)
  #used = 0
  #written = 0
  #microseconds = 0
  #file
  packets = 0

  constructor(path) {
    this.#file = openSync(path, 'w')
    const header = Buffer.alloc(24)
    header.writeUInt32LE(0xa1b2c3d4, 0)
    header.writeUInt16LE(2, 4)
    header.writeUInt16LE(4, 6)
    header.writeUInt32LE(262_144, 16)
    header.writeUInt32LE(1, 20)
    header.copy(this.#out, 0)
    this.#used = 24
  }

  get bytes() {
    return this.#written + this.#used
  }

  close() {
    this.#flush()
    closeSync(this.#file)
  }

  #flush() {
    writeSync(this.#file, this.#out, 0, this.#used)
    this.#written += this.#used
    this.#used = 0
  }

  /** The first `length` octets of `payload`, from one end of a connection to the other. */
  packet(c, fromClient, flags, payload, length) {
    if (this.#used + 16 + 66 + length > this.#out.length) this.#flush()
    const out = this.#out
    this.#microseconds += 3 + random(5)
    let p = this.#used
    out.writeUInt32LE(EPOCH + Math.floor(this.#microseconds / 1e6), p)
    out.writeUInt32LE(this.#microseconds % 1e6, p + 4)
    out.writeUInt32LE(66 + length, p + 8)
    out.writeUInt32LE(66 + length, p + 12)
    p += 16
    out.fill(fromClient ? 2 : 4, p, p + 12)
    out.writeUInt16BE(0x0800, p + 12)
    p += 14
    out.writeUInt32BE((0x45000000 | (52 + length)) >>> 0, p)
    out.writeUInt32BE(0x00004000, p + 4)
    out.writeUInt32BE(0x40060000, p + 8)
    out.writeUInt32BE(fromClient ? c.client : c.server, p + 12)
    out.writeUInt32BE(fromClient ? c.server : c.client, p + 16)
    p += 20
    out.writeUInt16BE(fromClient ? c.port : c.serverPort, p)
    out.writeUInt16BE(fromClient ? c.serverPort : c.port, p + 2)
    out.writeUInt32BE((fromClient ? c.up : c.down) >>> 0, p + 4)
    out.writeUInt32BE((flags & ACK) !== 0 ? (fromClient ? c.down : c.up) >>> 0 : 0, p + 8)
    out.writeUInt16BE(0x8000 | flags, p + 12)
    out.writeUInt16BE(64_240, p + 14)
    out.writeUInt32BE(0, p + 16)
    out.writeUInt32BE(0x0101080a, p + 20)
    out.writeUInt32BE(Math.floor(this.#microseconds / 1000), p + 24)
    out.writeUInt32BE(0, p + 28)
    p += 32
    if (length > 0) payload.copy(out, p, 0, length)
    this.#used += 82 + length
    const advance = length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)
    if (fromClient) c.up = (c.up + advance) >>> 0
    else c.down = (c.down + advance) >>> 0
    this.packets++
  }

  /** A stretch of one end's stream in segments of at most `mss`; the other end acknowledges every second one. */
  stream(c, fromClient, payload, mss = MSS) {
    for (let at = 0, n = 0; at < payload.length; at += mss, n++) {
      const length = Math.min(mss, payload.length - at)
      this.packet(c, fromClient, at + length === payload.length ? PSH | ACK : ACK, payload.subarray(at), length)
      if (n % 2 === 1) this.packet(c, !fromClient, ACK, payload, 0)
    }
  }

  handshake(c) {
    this.packet(c, true, SYN, null, 0)
    this.packet(c, false, SYN | ACK, null, 0)
    this.packet(c, true, ACK, null, 0)
  }

  /** The server closes, then the client. */
  goodbye(c) {
    this.packet(c, false, FIN | ACK, null, 0)
    this.packet(c, true, FIN | ACK, null, 0)
    this.packet(c, false, ACK, null, 0)
  }
}

/** "500M" → octets. */
export function sizeOf(text) {
  const [, digits, unit] = /^(\d+)([KMG]?)$/i.exec(text) ?? []
  if (digits === undefined) throw new Error(`${text} is no size: say 500M or 1G.`)
  return Number(digits) * { '': 1, K: 1e3, M: 1e6, G: 1e9 }[unit.toUpperCase()]
}
