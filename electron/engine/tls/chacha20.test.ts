import { createCipheriv, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openChaCha20Poly1305 } from './chacha20'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

describe('ChaCha20-Poly1305 without the crypto library', () => {
  it('opens the example of RFC 8439 §2.8.2', () => {
    const sealed = hex(`
      d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6 3dbea45e8ca9671282fafb69da92728b 1a71de0a9e060b2905d6a5b67ecd3b36
      92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc 3ff4def08e4b7a9de576d26586cec64b 6116 1ae10b594f09e26a7e902ecbd0600691`)
    const key = hex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f')
    const plain = openChaCha20Poly1305(
      key,
      hex('070000004041424344454647'),
      hex('50515253c0c1c2c3c4c5c6c7'),
      sealed,
      0,
      sealed.length,
    )
    expect(plain && Buffer.from(plain).toString()).toBe(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    )
  })

  it('opens what OpenSSL sealed, whatever its length, and nothing that was changed', () => {
    for (let length = 0; length < 300; length += length < 70 ? 1 : 37) {
      const [key, nonce, additional, content] = [randomBytes(32), randomBytes(12), randomBytes(length % 20), randomBytes(length)]
      const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
      cipher.setAAD(additional, { plaintextLength: length })
      const sealed = Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()])
      const plain = openChaCha20Poly1305(key, nonce, additional, sealed, 0, sealed.length)
      expect(plain && Buffer.from(plain)).toEqual(content)
      sealed[length % sealed.length]! ^= 0x40
      expect(openChaCha20Poly1305(key, nonce, additional, sealed, 0, sealed.length)).toBeNull()
    }
  })
})
