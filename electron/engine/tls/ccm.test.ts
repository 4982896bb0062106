import { createCipheriv, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openCcm } from './ccm'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/ /g, ''), 'hex'))

/** As OpenSSL does it. */
function sealed(key: Uint8Array, nonce: Uint8Array, additional: Uint8Array, text: Uint8Array, tagLength: number): Uint8Array {
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-ccm' : 'aes-256-ccm', key, nonce, { authTagLength: tagLength })
  cipher.setAAD(additional, { plaintextLength: text.length })
  const out = cipher.update(text)
  cipher.final()
  return Buffer.concat([out, cipher.getAuthTag()])
}

describe('AES-CCM', () => {
  it.each(
    [16, 32].flatMap((key) => [8, 16].flatMap((tag) => [1, 15, 16, 17, 1000, 16_384].map((length) => ({ key, tag, length })))),
  )(
    'of $length octets with a key of $key and a tag of $tag is opened as OpenSSL sealed it',
    ({ key: keyLength, tag, length }) => {
      const [key, nonce, text] = [randomBytes(keyLength), randomBytes(12), randomBytes(length)]
      for (const additional of [randomBytes(13), randomBytes(5)]) {
        const record = Buffer.concat([randomBytes(3), sealed(key, nonce, additional, text, tag), randomBytes(2)])
        expect(openCcm(key, nonce, additional, record, 3, record.length - 2, tag)).toEqual(text)
        record[3 + (length >> 1)]! ^= 1
        expect(openCcm(key, nonce, additional, record, 3, record.length - 2, tag)).toBeNull()
      }
    },
  )

  it('opens what is not longer than its tag to nothing, and shorter not at all', () => {
    const [key, nonce] = [hex('00'.repeat(16)), hex('00'.repeat(12))]
    expect(openCcm(key, nonce, hex('01'), new Uint8Array(15), 0, 15, 16)).toBeNull()
    const empty = sealed(key, nonce, hex('01'), new Uint8Array(0), 16)
    expect(openCcm(key, nonce, hex('01'), empty, 0, 16, 16)?.length).toBe(0)
  })
})
