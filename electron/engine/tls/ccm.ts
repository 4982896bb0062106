/** AES-CCM (RFC 3610) with nonces of 12 octets, as TLS uses it (RFC 6655): made of CTR and CBC, since Electron's crypto library lacks it. */
import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto'

const BLOCK = 16
/** Octets of the length field, L: 15 less the nonce. */
const LENGTH_OCTETS = 3

const padded = (length: number): number => Math.ceil(length / BLOCK) * BLOCK

/** @returns the plaintext of buf[start, end), whose last `tagLength` octets are the tag; null where that is wrong */
export function openCcm(
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  buf: Uint8Array,
  start: number,
  end: number,
  tagLength: number,
): Uint8Array | null {
  const length = end - start - tagLength
  if (length < 0) return null
  const bits = key.length * 8
  const counter = Buffer.alloc(BLOCK)
  counter[0] = LENGTH_OCTETS - 1
  counter.set(nonce, 1)
  // Counter 0 encrypts the tag, which comes last; those from 1 on the text.
  const decipher = createDecipheriv(`aes-${bits}-ctr`, key, counter)
  const mask = decipher.update(Buffer.alloc(BLOCK))
  const plaintext = decipher.update(buf.subarray(start, start + length))
  const mac = macOf(key, nonce, additional, plaintext, tagLength)
  for (let i = 0; i < tagLength; i++) mac[i] = mac[i]! ^ mask[i]!
  return timingSafeEqual(mac.subarray(0, tagLength), buf.subarray(end - tagLength, end)) ? plaintext : null
}

/** CBC-MAC over the first block, the additional data and the text, each padded to whole blocks (RFC 3610 §2.2). */
function macOf(key: Uint8Array, nonce: Uint8Array, additional: Uint8Array, text: Uint8Array, tagLength: number): Uint8Array {
  const textAt = BLOCK + padded(2 + additional.length)
  const blocks = Buffer.alloc(textAt + padded(text.length))
  blocks[0] = 0x40 | (((tagLength - 2) / 2) << 3) | (LENGTH_OCTETS - 1)
  blocks.set(nonce, 1)
  blocks.writeUIntBE(text.length, BLOCK - LENGTH_OCTETS, LENGTH_OCTETS)
  blocks.writeUInt16BE(additional.length, BLOCK)
  blocks.set(additional, BLOCK + 2)
  blocks.set(text, textAt)
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, Buffer.alloc(BLOCK)).setAutoPadding(false)
  const encrypted = cipher.update(blocks)
  return new Uint8Array(encrypted.subarray(encrypted.length - BLOCK))
}
