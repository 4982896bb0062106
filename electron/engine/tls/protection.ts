/** How one direction's records are protected, from one change of keys to the next. */
import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { NONCE_LENGTH, opener } from './aead'
import type { Open } from './aead'
import { RECORD_HEADER } from './content'
import { expandLabel, nextTrafficSecret } from './derive'
import type { RecordHeader } from './records'
import type { Suite } from './suites'

export interface Protection {
  /** The number of the next record. */
  sequence: number
  /** The content type of the record opened last: its own, or in TLS 1.3 the one inside. */
  readonly type: number
  /** What protection adds to a record's content, where that is always the same; else null. */
  readonly added: number | null
  /** @returns the content of a record, or null where its tag, MAC or padding is wrong; the sequence goes on only if it is right */
  open(header: Readonly<RecordHeader>, buf: Uint8Array, start: number, end: number): Uint8Array | null
}

/** The eight octets of a sequence number, into the end of `into`, over what is there. */
function sequenceXor(into: Uint8Array, sequence: number): void {
  const last = into.length - 1
  for (let i = 0, rest = sequence; rest > 0; i++, rest = Math.floor(rest / 256)) into[last - i] = into[last - i]! ^ (rest % 256)
}

/** RFC 8446 §5.2. */
export class Tls13Protection implements Protection {
  sequence = 0
  type = 0
  readonly added: number
  private readonly openIt: Open
  private readonly iv: Uint8Array
  private readonly nonce = new Uint8Array(NONCE_LENGTH)
  private readonly additional = new Uint8Array(RECORD_HEADER)

  constructor(
    private readonly suite: Suite & { readonly kind: 'aead' },
    private readonly secret: Uint8Array,
  ) {
    this.added = suite.tagLength + 1
    this.openIt = opener(suite.cipher, expandLabel(suite.hash, secret, 'key', suite.keyLength), suite.tagLength)
    this.iv = expandLabel(suite.hash, secret, 'iv', NONCE_LENGTH)
  }

  open(header: Readonly<RecordHeader>, buf: Uint8Array, start: number, end: number): Uint8Array | null {
    const { nonce, additional } = this
    nonce.set(this.iv)
    sequenceXor(nonce, this.sequence)
    additional[0] = header.type
    additional[1] = header.version >> 8
    additional[2] = header.version
    additional[3] = header.length >> 8
    additional[4] = header.length
    const padded = this.openIt(nonce, additional, buf, start, end)
    if (padded === null) return null
    this.sequence++
    // Content, its type, zeros (RFC 8446 §5.4).
    let last = padded.length - 1
    while (last >= 0 && padded[last] === 0) last--
    this.type = last < 0 ? 0 : padded[last]!
    return padded.subarray(0, Math.max(0, last))
  }

  updated(): Tls13Protection {
    return new Tls13Protection(this.suite, nextTrafficSecret(this.suite.hash, this.secret))
  }
}

/** AEAD in TLS 1.2: with an explicit nonce in each record (RFC 5288 §3), or without (RFC 7905 §2). */
export class Tls12AeadProtection implements Protection {
  sequence = 0
  type = 0
  readonly added: number
  private readonly openIt: Open
  private readonly explicit: number
  private readonly nonce = new Uint8Array(NONCE_LENGTH)
  private readonly additional = new Uint8Array(13)

  constructor(
    suite: Suite & { readonly kind: 'aead' },
    key: Uint8Array,
    private readonly iv: Uint8Array,
  ) {
    this.openIt = opener(suite.cipher, key, suite.tagLength)
    this.explicit = NONCE_LENGTH - iv.length
    this.added = this.explicit + suite.tagLength
  }

  open(header: Readonly<RecordHeader>, buf: Uint8Array, start: number, end: number): Uint8Array | null {
    const { nonce, additional, explicit } = this
    const length = end - start - this.added
    if (length < 0) return null
    nonce.set(this.iv)
    if (explicit > 0) nonce.set(buf.subarray(start, start + explicit), this.iv.length)
    else sequenceXor(nonce, this.sequence)
    describe(additional, this.sequence, header, length)
    const content = this.openIt(nonce, additional, buf, start + explicit, end)
    if (content === null) return null
    this.sequence++
    this.type = header.type
    return content
  }
}

/** Sequence number, type, version and length: what the MAC or the tag covers besides the content (RFC 5246 §6.2.3). */
function describe(into: Uint8Array, sequence: number, header: Readonly<RecordHeader>, length: number): void {
  into.fill(0, 0, 8)
  sequenceXor(into.subarray(0, 8), sequence)
  into[8] = header.type
  into[9] = header.version >> 8
  into[10] = header.version
  into[11] = length >> 8
  into[12] = length
}

export interface CbcKeys {
  readonly mac: Uint8Array
  readonly key: Uint8Array
  /** TLS 1.0 only, where a record's IV is the end of the one before. */
  readonly iv: Uint8Array | null
}

/** CBC and HMAC: MAC, then encrypt (RFC 5246 §6.2.3.2), or encrypt, then MAC (RFC 7366). */
export class CbcProtection implements Protection {
  sequence = 0
  type = 0
  readonly added = null
  private readonly additional = new Uint8Array(13)
  private chained: Uint8Array | null

  constructor(
    private readonly suite: Suite & { readonly kind: 'cbc' },
    private readonly keys: CbcKeys,
    private readonly encryptThenMac: boolean,
  ) {
    this.chained = keys.iv
  }

  open(header: Readonly<RecordHeader>, buf: Uint8Array, start: number, end: number): Uint8Array | null {
    const { macLength, blockLength } = this.suite
    const cipherEnd = this.encryptThenMac ? end - macLength : end
    const first = this.chained === null ? start + blockLength : start
    if (cipherEnd - first < blockLength || (cipherEnd - first) % blockLength !== 0) return null
    if (this.encryptThenMac && !this.authentic(header, buf.subarray(start, cipherEnd), buf.subarray(cipherEnd, end))) return null
    const plain = this.decrypt(this.chained ?? buf.subarray(start, first), buf.subarray(first, cipherEnd))
    const padding = plain[plain.length - 1]! + 1
    const contentEnd = plain.length - padding - (this.encryptThenMac ? 0 : macLength)
    if (contentEnd < 0) return null
    const content = plain.subarray(0, contentEnd)
    if (!this.encryptThenMac && !this.authentic(header, content, plain.subarray(contentEnd, contentEnd + macLength))) return null
    if (this.chained !== null) this.chained = buf.slice(cipherEnd - blockLength, cipherEnd)
    this.sequence++
    this.type = header.type
    return content
  }

  private decrypt(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    const decipher = createDecipheriv(this.suite.cipher, this.keys.key, iv)
    decipher.setAutoPadding(false)
    return decipher.update(ciphertext)
  }

  private authentic(header: Readonly<RecordHeader>, content: Uint8Array, mac: Uint8Array): boolean {
    describe(this.additional, this.sequence, header, content.length)
    const expected = createHmac(this.suite.mac, this.keys.mac).update(this.additional).update(content).digest()
    return expected.length === mac.length && timingSafeEqual(expected, mac)
  }
}
