import { createCipheriv } from 'node:crypto'
import type { Cipher } from 'node:crypto'
import { u32le } from '../bytes/read'
import { chaCha20Block } from '../tls/chacha20'
import type { Suite } from './packet-keys'

export const SAMPLE = 16

/** Header protection (RFC 9001 §5.4): five bytes that a sample of the packet's ciphertext gives. */
export class HeaderMask {
  /** ECB keeps no state between blocks: one cipher serves all packets. */
  private readonly aes: Cipher | null

  constructor(
    { cipher, keyLength }: Suite,
    private readonly key: Uint8Array,
  ) {
    this.aes = cipher === 'chacha20-poly1305' ? null : createCipheriv(keyLength === 16 ? 'aes-128-ecb' : 'aes-256-ecb', key, null)
  }

  of(sample: Uint8Array): Uint8Array {
    if (this.aes !== null) return this.aes.update(sample)
    return chaCha20Block(this.key, u32le(sample, 0), sample.subarray(4, 16))
  }
}
