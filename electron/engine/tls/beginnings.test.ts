import { createCipheriv, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BEGINNING } from './beginnings'
import { keystream } from './keystream'

/** Keystream as OpenSSL's own AEAD gives it: zeros encrypted under the nonce of RFC 8446 §5.3, written out. */
function expected(
  name: 'aes-128-gcm' | 'aes-256-gcm' | 'aes-128-ccm',
  key: Uint8Array,
  iv: Uint8Array,
  sequence: number,
): Buffer {
  const number = Buffer.alloc(12)
  number.writeBigUInt64BE(BigInt(sequence), 4)
  const nonce = Buffer.from(iv.map((octet, i) => octet ^ number[i]!))
  const zeros = Buffer.alloc(BEGINNING)
  if (name !== 'aes-128-ccm') return createCipheriv(name, key, nonce).update(zeros)
  return createCipheriv(name, key, nonce, { authTagLength: 16 })
    .setAAD(Buffer.alloc(0), { plaintextLength: BEGINNING })
    .update(zeros)
}

describe.each([
  ['aes-128-gcm', 16],
  ['aes-256-gcm', 32],
  ['aes-128-ccm', 16],
] as const)('the beginnings of records under %s', (name, keyLength) => {
  it('are those of OpenSSL, whichever records are gone past, read twice or come late', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(1), fc.constant(0), fc.integer({ min: -3, max: 40 })), { maxLength: 40 }),
        fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 40 })),
        (steps, from) => {
          const [key, iv] = [randomBytes(keyLength), randomBytes(12)]
          const beginnings = keystream(name, key).inTurn(iv)!
          let sequence = from
          for (const step of steps) {
            const stream = beginnings.of(sequence)
            expect(Buffer.from(stream).equals(expected(name, key, iv, sequence))).toBe(true)
            // Whoever takes it writes over it.
            stream.fill(0)
            sequence = Math.max(0, sequence + step)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

it('thousands of connections take turns and keep to their own keys', () => {
  const all = Array.from({ length: 2500 }, () => {
    const [key, iv] = [randomBytes(16), randomBytes(12)]
    return { key, iv, beginnings: keystream('aes-128-gcm', key).inTurn(iv)! }
  })
  for (let sequence = 0; sequence < 6; sequence++)
    for (const { key, iv, beginnings } of all.filter((_, i) => i % 50 === 0 || sequence % 2 === 0)) {
      const stream = beginnings.of(sequence)
      if (!Buffer.from(stream).equals(expected('aes-128-gcm', key, iv, sequence))) expect.fail(`record ${sequence}`)
      stream.fill(0)
    }
})
