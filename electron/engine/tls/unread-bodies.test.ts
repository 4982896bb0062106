/**
 * Records within a body are gone past without decrypting them. A TLS 1.3 session as Node held it has its server's records sealed anew, with
 * what Node never sends: padding, and other messages in the midst of a body (RFC 8446 §5.4, §4.6).
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { identity } from '../testing/certificate'
import type { Piece } from '../testing/line'
import { only, readBytes, summary } from '../testing/read'
import { captured, recordTls } from '../testing/tls'
import type { TlsSession } from '../testing/tls'
import { expandLabel } from './derive'

const EC = identity('ec', ['shop.example'])
const REQUESTS = ['/10', '/90000', '/0', '/70000', '/300']
const READ = REQUESTS.map((target) => `GET ${target} → 200`)
const session = recordTls({
  identity: EC,
  both: { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' },
  requests: REQUESTS,
})

const [HANDSHAKE, APPLICATION, ALERT] = [22, 23, 21]

interface Inner {
  readonly type: number
  readonly content: Buffer
  readonly padding?: number
}

class Sealer {
  readonly #key: Buffer
  readonly #iv: Buffer
  #sequence = 0n

  constructor(keylog: Buffer, label: string) {
    const row = keylog
      .toString()
      .split('\n')
      .find((text) => text.startsWith(`${label} `))
    const secret = Buffer.from(row!.split(' ')[2]!, 'hex')
    this.#key = expandLabel('sha256', secret, 'key', 16)
    this.#iv = expandLabel('sha256', secret, 'iv', 12)
  }

  /** @returns null for what another key protects */
  open(record: Buffer): Inner | null {
    const decipher = createDecipheriv('aes-128-gcm', this.#key, this.#nonce())
    decipher.setAAD(record.subarray(0, 5)).setAuthTag(record.subarray(-16))
    try {
      const plain = Buffer.concat([decipher.update(record.subarray(5, -16)), decipher.final()])
      this.#sequence++
      return { type: plain.at(-1)!, content: plain.subarray(0, -1) }
    } catch {
      return null
    }
  }

  seal({ type, content, padding = 0 }: Inner): Buffer {
    const plain = Buffer.concat([content, Buffer.from([type]), Buffer.alloc(padding)])
    const header = Buffer.from([APPLICATION, 3, 3, (plain.length + 16) >> 8, (plain.length + 16) & 0xff])
    const cipher = createCipheriv('aes-128-gcm', this.#key, this.#nonce()).setAAD(header)
    this.#sequence++
    return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }

  #nonce(): Buffer {
    const nonce = Buffer.from(this.#iv)
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ this.#sequence, 4)
    return nonce
  }
}

/** The session with the server's records under its last key changed. @param index of the record among those */
function resealed(
  { pieces, keylog }: TlsSession,
  change: (inner: Inner, index: number) => readonly Inner[],
): { pieces: Piece[] } {
  const [opener, sealer] = [new Sealer(keylog, 'SERVER_TRAFFIC_SECRET_0'), new Sealer(keylog, 'SERVER_TRAFFIC_SECRET_0')]
  let index = 0
  let rest = Buffer.alloc(0)
  const changed = pieces.map(({ end, data }): Piece => {
    if (end === 0) return { end, data }
    const out: Buffer[] = []
    rest = Buffer.concat([rest, data])
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt16BE(3)) {
      const record = rest.subarray(0, 5 + rest.readUInt16BE(3))
      rest = rest.subarray(record.length)
      const inner = record[0] === APPLICATION ? opener.open(record) : null
      out.push(...(inner === null ? [record] : change(inner, index++).map((each) => sealer.seal(each))))
    }
    return { end, data: Buffer.concat(out) }
  })
  return { pieces: changed }
}

const isBody = ({ type, content }: Inner): boolean =>
  type === APPLICATION && content.length > 10_000 && !content.includes('HTTP/1.1')

async function read(change: Parameters<typeof resealed>[1]) {
  const recorded = await session
  return only(await readBytes(captured(resealed(recorded, change)).file(), { keylog: recorded.keylog }))
}

describe('a body that is not decrypted', () => {
  it('is counted as if it were', async () => {
    const sealed = await read((inner) => [inner])
    expect(summary(sealed)).toEqual(READ)
    const plain = sealed.exchanges.map(({ responseBytes }) => responseBytes)
    // Each head of Node's is as long as the others, but for the digits of its Content-Length.
    expect(plain.map((bytes) => bytes - plain[2]!)).toEqual([10 + 1, 90_000 + 4, 0, 70_000 + 4, 300 + 2])
  })

  it('is read to the octet where every record is padded', async () => {
    const plain = await read((inner) => [inner])
    const padded = await read((inner, i) => [{ ...inner, padding: (i * 37) % 400 }])
    expect(summary(padded)).toEqual(READ)
    // What is lost to the first padded record within a body is at most its padding.
    for (const [i, { responseBytes }] of padded.exchanges.entries()) {
      expect(responseBytes).toBeLessThanOrEqual(plain.exchanges[i]!.responseBytes)
      expect(responseBytes).toBeGreaterThan(plain.exchanges[i]!.responseBytes - 400)
    }
  })

  it('costs at most its own exchange where padding begins within it', async () => {
    const padded = await read((inner) => [isBody(inner) ? { ...inner, padding: 700 } : inner])
    expect(summary(padded)).toEqual(READ)
  })

  it('may have tickets, an alert and a large message in its midst', async () => {
    const ticket = { type: HANDSHAKE, content: Buffer.concat([Buffer.from([4, 0, 0, 200]), Buffer.alloc(200, 1)]) }
    const large = { type: HANDSHAKE, content: Buffer.concat([Buffer.from([4, 0, 8, 0]), Buffer.alloc(2048, 1)]) }
    const warning = { type: ALERT, content: Buffer.from([1, 90]) }
    const sealed = await read((inner) => (isBody(inner) ? [ticket, inner, large, warning] : [inner]))
    expect(summary(sealed)).toEqual(READ)
    const plain = await read((inner) => [inner])
    expect(sealed.exchanges.map((e) => e.responseBytes)).toEqual(plain.exchanges.map((e) => e.responseBytes))
  })

  it('is gone past even where its octets were changed on the way', async () => {
    const recorded = await session
    const { pieces } = recorded
    const longest = pieces.reduce((a, b) => (b.end === 1 && b.data.length > a.data.length ? b : a))
    const changed = pieces.map((piece) =>
      piece === longest ? { ...piece, data: longest.data.map((o, i) => (i === 5000 ? o ^ 1 : o)) } : piece,
    )
    const damaged = only(await readBytes(captured({ pieces: changed }).file(), { keylog: recorded.keylog }))
    expect(summary(damaged)).toEqual(READ)
  })
})
