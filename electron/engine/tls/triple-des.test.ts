/** Triple DES: Node's own TLS no longer speaks it, so records are sealed here as RFC 5246 §6.2.3.2 says. */
import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CbcProtection } from './protection'
import { suiteOf } from './suites'

const TYPE = 23

/** MAC, then encrypt; with an IV of its own, or TLS 1.0's chained one. */
function seal(keys: { mac: Uint8Array; key: Uint8Array }, version: number, sequence: number, text: Buffer, iv: Buffer): Buffer {
  const covered = Buffer.alloc(13)
  covered.writeUInt32BE(sequence, 4)
  covered[8] = TYPE
  covered.writeUInt16BE(version, 9)
  covered.writeUInt16BE(text.length, 11)
  const mac = createHmac('sha1', keys.mac).update(covered).update(text).digest()
  const padding = 7 - ((text.length + mac.length) % 8)
  const cipher = createCipheriv('des-ede3-cbc', keys.key, iv).setAutoPadding(false)
  return cipher.update(Buffer.concat([text, mac, Buffer.alloc(padding + 1, padding)]))
}

describe('TLS_RSA_WITH_3DES_EDE_CBC_SHA', () => {
  const suite = suiteOf(0x000a)

  it.each([
    ['TLS 1.0, each record chained to the one before', 0x0301],
    ['TLS 1.2, each with an IV of its own', 0x0303],
  ])('%s', (_, version) => {
    if (suite?.kind !== 'cbc') throw new Error('not a CBC suite')
    const keys = { mac: randomBytes(20), key: randomBytes(24) }
    let iv: Buffer = randomBytes(8)
    const protection = new CbcProtection(suite, { ...keys, iv: version === 0x0301 ? iv : null }, false)
    for (let sequence = 0; sequence < 3; sequence++) {
      const text = Buffer.from(`record ${'x'.repeat(sequence * 5)}${sequence}`)
      const encrypted = seal(keys, version, sequence, text, iv)
      const record = version === 0x0301 ? encrypted : Buffer.concat([iv, encrypted])
      const header = { type: TYPE, version, length: record.length }
      expect(Buffer.from(protection.open(header, record, 0, record.length) ?? []).toString()).toBe(text.toString())
      iv = version === 0x0301 ? encrypted.subarray(-8) : randomBytes(8)
    }
  })
})
