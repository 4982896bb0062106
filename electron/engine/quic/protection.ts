/** Removing packet protection (RFC 9001 §5.3, §5.4): the packet number comes to light, then the frames. */
import { u8 } from '../bytes/read'
import { SAMPLE } from './header-mask'
import type { PacketKeys } from './packet-keys'

export interface Unmasked {
  /** The first byte without its mask. */
  readonly first: number
  readonly packetNumber: number
  /** The header as it was before protection: what the AEAD authenticates. */
  readonly header: Uint8Array
}

/**
 * Removes header protection of the packet buf[start, end), whose packet number stands at `body`.
 * Null when the packet is too short to have been sampled. The buffer is left as it is.
 */
export function unmask(
  keys: PacketKeys,
  buf: Uint8Array,
  start: number,
  body: number,
  end: number,
  largest: number,
): Unmasked | null {
  if (end - body < 4 + SAMPLE) return null
  const mask = keys.mask.of(buf.subarray(body + 4, body + 4 + SAMPLE))
  const long = (u8(buf, start) & 0x80) !== 0
  const first = u8(buf, start) ^ (u8(mask, 0) & (long ? 0x0f : 0x1f))
  const length = (first & 3) + 1
  const header = buf.slice(start, body + length)
  header[0] = first
  let truncated = 0
  for (let i = 0; i < length; i++) {
    const octet = u8(buf, body + i) ^ u8(mask, 1 + i)
    header[body - start + i] = octet
    truncated = truncated * 256 + octet
  }
  return { first, header, packetNumber: fullPacketNumber(largest, truncated, 2 ** (8 * length)) }
}

/** The frames of the packet that `unmasked` is the header of; null when its tag does not fit: the keys are others, or it is no packet. */
export function open(keys: PacketKeys, unmasked: Unmasked, buf: Uint8Array, start: number, end: number): Uint8Array | null {
  const { header, packetNumber } = unmasked
  return keys.open(nonceOf(keys.iv, packetNumber), header, buf, start + header.length, end)
}

/** The iv, its last bytes combined with the packet number (RFC 9001 §5.3). */
function nonceOf(iv: Uint8Array, packetNumber: number): Uint8Array {
  const nonce = Uint8Array.from(iv)
  let rest = packetNumber
  for (let i = 11; rest > 0 && i >= 0; i--) {
    nonce[i] = u8(nonce, i) ^ (rest % 256)
    rest = Math.floor(rest / 256)
  }
  return nonce
}

/** Of the numbers that end in these bytes, the one nearest to the next expected (RFC 9000 §A.3). */
export function fullPacketNumber(largest: number, truncated: number, window: number): number {
  const expected = largest + 1
  const candidate = expected - (expected % window) + truncated
  if (candidate <= expected - window / 2) return candidate + window
  if (candidate > expected + window / 2 && candidate >= window) return candidate - window
  return candidate
}
