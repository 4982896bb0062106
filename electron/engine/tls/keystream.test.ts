import { createCipheriv, randomBytes } from 'node:crypto'
import type { CipherGCMTypes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BEGINNING } from './beginnings'
import { keystream } from './keystream'
import type { AeadName } from './suites'

/** As OpenSSL does it. */
function encrypted(name: AeadName, key: Uint8Array, nonce: Uint8Array, text: Uint8Array): Buffer {
  const cipher = createCipheriv(name as CipherGCMTypes, key, nonce, { authTagLength: 16 })
  cipher.setAAD(Buffer.alloc(0), { plaintextLength: text.length })
  return cipher.update(text)
}

describe.each([
  ['aes-128-gcm', 16],
  ['aes-256-gcm', 32],
  ['aes-128-ccm', 16],
  ['aes-256-ccm', 32],
  ['chacha20-poly1305', 32],
] as const)('%s', (name, keyLength) => {
  it('is read in part as OpenSSL encrypted it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 17_000 }), fc.integer({ min: 0, max: 9 }), (length, before) => {
        const [key, nonce, text] = [randomBytes(keyLength), randomBytes(12), randomBytes(length)]
        const record = Buffer.concat([randomBytes(before), encrypted(name, key, nonce, text)])
        const stream = keystream(name, key)
        const read = stream.beginning(nonce, record, before, length)
        expect(Buffer.from(read).equals(text.subarray(0, BEGINNING))).toBe(true)
        for (const at of [0, length >> 1, length - 1]) expect(record[before + at]! ^ stream.octet(nonce, at)).toBe(text[at])
      }),
      { numRuns: 40 },
    )
  })

  it('keeps what was read when more is read', () => {
    const [key, nonce] = [randomBytes(keyLength), randomBytes(12)]
    const stream = keystream(name, key)
    const first = stream.beginning(nonce, encrypted(name, key, nonce, Buffer.from('first')), 0, 5)
    stream.beginning(nonce, encrypted(name, key, nonce, Buffer.from('other')), 0, 5)
    expect(Buffer.from(first).toString()).toBe('first')
  })
})
