/** A TLS 1.3 session whose server's records are opened and sealed anew, with what no server at hand sends. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { expandLabel } from '../tls/derive'
import type { Piece } from './line'

const APPLICATION = 23

/** With TLS_AES_128_GCM_SHA256. */
export interface Sealed {
  readonly pieces: readonly Piece[]
  readonly keylog: Buffer
}

/** What a record protects. */
export interface Inner {
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
export function resealed(
  { pieces, keylog }: Sealed,
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
