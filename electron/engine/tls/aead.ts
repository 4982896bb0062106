/** Authenticated decryption. Electron's crypto library has neither ChaCha20-Poly1305 nor CCM: what it lacks is done here. */
import { createDecipheriv, createSecretKey, getCiphers } from 'node:crypto'
import type { CipherGCMTypes } from 'node:crypto'
import { openCcm } from './ccm'
import { openChaCha20Poly1305 } from './chacha20'
import type { AeadName } from './suites'

export const TAG_LENGTH = 16
export const NONCE_LENGTH = 12

/** @returns the plaintext of buf[start, end), whose last octets are the tag; null where that is wrong */
export type Open = (nonce: Uint8Array, additional: Uint8Array, buf: Uint8Array, start: number, end: number) => Uint8Array | null

const TAG = { authTagLength: TAG_LENGTH }
const hasChaCha20 = getCiphers().includes('chacha20-poly1305')

export function opener(name: AeadName, key: Uint8Array, tagLength = TAG_LENGTH): Open {
  if (name === 'aes-128-ccm' || name === 'aes-256-ccm')
    return (nonce, additional, buf, start, end) => openCcm(key, nonce, additional, buf, start, end, tagLength)
  if (name === 'chacha20-poly1305' && !hasChaCha20)
    return (nonce, additional, buf, start, end) => openChaCha20Poly1305(key, nonce, additional, buf, start, end)
  // ChaCha20-Poly1305 takes the same calls as GCM.
  const cipher = name as CipherGCMTypes
  // Made once: octets would be made into a key object for every record.
  const secret = createSecretKey(key)
  return (nonce, additional, buf, start, end) => {
    const length = end - start - TAG_LENGTH
    if (length < 0) return null
    try {
      const decipher = createDecipheriv(cipher, secret, nonce, TAG)
      decipher.setAuthTag(buf.subarray(start + length, end))
      decipher.setAAD(additional, { plaintextLength: length })
      const plaintext = decipher.update(buf.subarray(start, start + length))
      decipher.final()
      return plaintext
    } catch {
      return null
    }
  }
}
