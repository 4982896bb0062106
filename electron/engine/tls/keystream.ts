/**
 * The stream that an AEAD encrypts with, a few octets of it at a time: where only the beginning of a record matters, the rest need not be
 * decrypted. Nothing is authenticated here: that is for whoever opens records whole (`aead.ts`).
 *
 * AES in counter mode, from 2 for GCM (NIST SP 800-38D §7.1) and from 1 for CCM (RFC 3610 §2.3); ChaCha20 from 1 (RFC 8439 §2.8).
 */
import { createCipheriv } from 'node:crypto'
import type { Cipher } from 'node:crypto'
import { NONCE_LENGTH } from './aead'
import { BEGINNING, Beginnings } from './beginnings'
import { chaCha20Block } from './chacha20'
import type { AeadName } from './suites'

export interface Keystream {
  /** @returns one octet of it */
  octet(nonce: Uint8Array, at: number): number
  /**
   * Decrypts buf[start, start + length), or the first {@link BEGINNING} octets of it.
   *
   * @returns what was read, in a buffer of its own: what it holds may be TLS again
   */
  beginning(nonce: Uint8Array, buf: Uint8Array, start: number, length: number): Uint8Array
  /**
   * The same where nonces are record numbers, XORed into an IV (RFC 8446 §5.3): the next records' are known then.
   *
   * @returns null where nothing is gained by that
   */
  inTurn(iv: Uint8Array): Beginnings | null
}

/**
 * Decrypts buf[start, start + length), or as much of it as there is keystream for.
 *
 * @returns what was read, in the keystream's own place
 */
export function decrypted(stream: Uint8Array, buf: Uint8Array, start: number, length: number): Uint8Array {
  const count = Math.min(length, stream.length)
  for (let i = 0; i < count; i++) stream[i]! ^= buf[start + i]!
  return stream.subarray(0, count)
}

export const keystream = (name: AeadName, key: Uint8Array): Keystream =>
  name === 'chacha20-poly1305' ? new ChaCha20Keystream(key) : new AesKeystream(name, key)

const BLOCK = 16
const blocks = Buffer.alloc(BEGINNING)
/** The same as words: a block is the nonce and the counter. */
const words = new Int32Array(blocks.buffer, blocks.byteOffset, BEGINNING / 4)
const single = Buffer.alloc(BLOCK)

class AesKeystream implements Keystream {
  readonly #name: string
  readonly #key: Uint8Array
  readonly #isCcm: boolean
  /** Made once: blocks go in and blocks come out. */
  #cipher: Cipher | null = null

  constructor(name: AeadName, key: Uint8Array) {
    this.#name = `aes-${key.length * 8}-ecb`
    this.#key = key
    this.#isCcm = name.endsWith('ccm')
  }

  octet(nonce: Uint8Array, at: number): number {
    this.#block(single, 0, nonce, Math.floor(at / BLOCK))
    return this.#encrypt(single)[at % BLOCK]!
  }

  beginning(nonce: Uint8Array, buf: Uint8Array, start: number, length: number): Uint8Array {
    const count = Math.min(length, BEGINNING)
    const needed = Math.ceil(count / BLOCK)
    this.#block(blocks, 0, nonce, 0)
    for (let i = 1; i < needed; i++) {
      words[4 * i] = words[0]!
      words[4 * i + 1] = words[1]!
      words[4 * i + 2] = words[2]!
      words[4 * i + 3] = words[3]!
      // Fewer than 256 blocks: only the last octet of the counter changes.
      blocks[BLOCK * i + BLOCK - 1]! += i
    }
    const stream = this.#encrypt(blocks.subarray(0, needed * BLOCK))
    return decrypted(stream, buf, start, count)
  }

  inTurn(iv: Uint8Array): Beginnings {
    const first = Buffer.alloc(BLOCK)
    this.#block(first, 0, iv, 0)
    return new Beginnings((blocks) => this.#encrypt(blocks), first, NONCE_LENGTH + (this.#isCcm ? 1 : 0))
  }

  #block(into: Buffer, at: number, nonce: Uint8Array, index: number): void {
    if (this.#isCcm) {
      into[at] = BLOCK - 1 - NONCE_LENGTH - 1
      into.set(nonce, at + 1)
      into.writeUIntBE(1 + index, at + 1 + NONCE_LENGTH, BLOCK - 1 - NONCE_LENGTH)
      return
    }
    into.set(nonce, at)
    into.writeUInt32BE(2 + index, at + NONCE_LENGTH)
  }

  #encrypt(input: Uint8Array): Uint8Array {
    this.#cipher ??= createCipheriv(this.#name, this.#key, null)
    return this.#cipher.update(input)
  }
}

const CHACHA20_BLOCK = 64

class ChaCha20Keystream implements Keystream {
  readonly #key: Uint8Array

  constructor(key: Uint8Array) {
    this.#key = key
  }

  octet(nonce: Uint8Array, at: number): number {
    return this.#block(nonce, Math.floor(at / CHACHA20_BLOCK))[at % CHACHA20_BLOCK]!
  }

  beginning(nonce: Uint8Array, buf: Uint8Array, start: number, length: number): Uint8Array {
    const count = Math.min(length, BEGINNING)
    const plain = new Uint8Array(count)
    for (let at = 0; at < count; at += CHACHA20_BLOCK) {
      const stream = this.#block(nonce, at / CHACHA20_BLOCK)
      const end = Math.min(count, at + CHACHA20_BLOCK)
      for (let i = at; i < end; i++) plain[i] = buf[start + i]! ^ stream[i - at]!
    }
    return plain
  }

  /** Its blocks are worked out here, one at a time. */
  inTurn(): null {
    return null
  }

  #block(nonce: Uint8Array, index: number): Uint8Array {
    return chaCha20Block(this.#key, 1 + index, nonce)
  }
}
