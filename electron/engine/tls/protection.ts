/** How one direction's records are protected, from one change of keys to the next. */
import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { NONCE_LENGTH, opener } from './aead'
import type { Open } from './aead'
import { ContentType, RECORD_HEADER } from './content'
import { expandLabel, nextTrafficSecret } from './derive'
import type { Beginnings } from './beginnings'
import { decrypted, keystream } from './keystream'
import type { Keystream } from './keystream'
import type { RecordHeader } from './records'
import type { Suite } from './suites'

interface AnyProtection {
  /** The number of the next record. */
  sequence: number
  /** The content type of the record opened last: its own, or in TLS 1.3 the one inside. */
  readonly type: number
  /** The record opened last was padded (RFC 8446 §5.4). */
  readonly padded: boolean
  /** @returns the content of a record, or null where its tag, MAC or padding is wrong; the sequence goes on only if it is right */
  open(header: Readonly<RecordHeader>, buf: Uint8Array, start: number, end: number): Uint8Array | null
}

/** AEAD: the length of a record tells the length of its content, save for padding. */
interface AeadProtection extends AnyProtection {
  /** What protection adds to a record's content. */
  readonly added: number
  readonly tagLength: number
  /** A record was opened with this key: it is the right one. */
  readonly proven: boolean
  /**
   * Goes past a record without opening it.
   *
   * @param octet the last one before the tag
   * @returns the length of its content; −1 if it is padded or no application data, as `type` then tells (0 where padded)
   */
  skip(header: Readonly<RecordHeader>, octet: number): number
  /**
   * Reads the beginning of a record without authenticating it, and without going on to the next.
   *
   * @returns the first octets of its content, and the last where that is told by them; null if it is padded or no application data
   */
  peek(header: Readonly<RecordHeader>, buf: Uint8Array, start: number): Uint8Array | null
}

interface OtherProtection extends AnyProtection {
  readonly added: null
  readonly proven: false
  readonly skip?: undefined
}

export type Protection = AeadProtection | OtherProtection

/** The eight octets of a sequence number, into the end of `into`, over what is there. */
function sequenceXor(into: Uint8Array, sequence: number): void {
  const last = into.length - 1
  for (let i = 0, rest = sequence; rest > 0; i++, rest = Math.floor(rest / 256)) into[last - i] = into[last - i]! ^ (rest % 256)
}

/** RFC 8446 §5.2. */
export class Tls13Protection implements AeadProtection {
  sequence = 0
  type = 0
  proven = false
  padded = false
  readonly added: number
  readonly tagLength: number
  private readonly openIt: Open
  private readonly keystream: Keystream
  private readonly beginnings: Beginnings | null
  private readonly iv: Uint8Array
  private readonly nonce = new Uint8Array(NONCE_LENGTH)
  private readonly additional = new Uint8Array(RECORD_HEADER)

  constructor(
    private readonly suite: Suite & { readonly kind: 'aead' },
    private readonly secret: Uint8Array,
  ) {
    this.tagLength = suite.tagLength
    this.added = suite.tagLength + 1
    const key = expandLabel(suite.hash, secret, 'key', suite.keyLength)
    this.openIt = opener(suite.cipher, key, suite.tagLength)
    this.keystream = keystream(suite.cipher, key)
    this.iv = expandLabel(suite.hash, secret, 'iv', NONCE_LENGTH)
    this.beginnings = this.keystream.inTurn(this.iv)
  }

  open(header: Readonly<RecordHeader>, buf: Uint8Array, start: number, end: number): Uint8Array | null {
    const { nonce, additional } = this
    this.setNonce()
    additional[0] = header.type
    additional[1] = header.version >> 8
    additional[2] = header.version
    additional[3] = header.length >> 8
    additional[4] = header.length
    const padded = this.openIt(nonce, additional, buf, start, end)
    if (padded === null) return null
    this.sequence++
    this.proven = true
    // Content, its type, zeros (RFC 8446 §5.4).
    let last = padded.length - 1
    while (last >= 0 && padded[last] === 0) last--
    this.padded = last < padded.length - 1
    this.type = last < 0 ? 0 : padded[last]!
    return padded.subarray(0, Math.max(0, last))
  }

  /** What is protected ends in its type, where it is not padded. */
  skip(header: Readonly<RecordHeader>, octet: number): number {
    const length = header.length - this.added
    this.setNonce()
    this.type = octet ^ this.keystream.octet(this.nonce, length)
    this.sequence++
    return this.type === ContentType.applicationData ? length : -1
  }

  peek(header: Readonly<RecordHeader>, buf: Uint8Array, start: number): Uint8Array | null {
    const length = header.length - this.added
    if (length < 0) return null
    this.setNonce()
    // The type is the octet behind the content.
    const read =
      this.beginnings === null
        ? this.keystream.beginning(this.nonce, buf, start, length + 1)
        : decrypted(this.beginnings.of(this.sequence), buf, start, length + 1)
    const type = read.length > length ? read[length]! : buf[start + length]! ^ this.keystream.octet(this.nonce, length)
    if (type !== ContentType.applicationData) return null
    this.type = type
    return read.length > length ? read.subarray(0, length) : read
  }

  private setNonce(): void {
    this.nonce.set(this.iv)
    sequenceXor(this.nonce, this.sequence)
  }

  updated(): Tls13Protection {
    return new Tls13Protection(this.suite, nextTrafficSecret(this.suite.hash, this.secret))
  }
}

/** AEAD in TLS 1.2: with an explicit nonce in each record (RFC 5288 §3), or without (RFC 7905 §2). */
export class Tls12AeadProtection implements AeadProtection {
  sequence = 0
  type = 0
  proven = false
  readonly padded = false
  readonly added: number
  readonly tagLength: number
  private readonly openIt: Open
  private readonly keystream: Keystream
  private readonly explicit: number
  private readonly nonce = new Uint8Array(NONCE_LENGTH)
  private readonly additional = new Uint8Array(13)

  constructor(
    suite: Suite & { readonly kind: 'aead' },
    key: Uint8Array,
    private readonly iv: Uint8Array,
  ) {
    this.openIt = opener(suite.cipher, key, suite.tagLength)
    this.keystream = keystream(suite.cipher, key)
    this.explicit = NONCE_LENGTH - iv.length
    this.tagLength = suite.tagLength
    this.added = this.explicit + suite.tagLength
  }

  open(header: Readonly<RecordHeader>, buf: Uint8Array, start: number, end: number): Uint8Array | null {
    const { nonce, additional, explicit } = this
    const length = end - start - this.added
    if (length < 0) return null
    this.setNonce(buf, start)
    describe(additional, this.sequence, header, length)
    const content = this.openIt(nonce, additional, buf, start + explicit, end)
    if (content === null) return null
    this.sequence++
    this.proven = true
    this.type = header.type
    return content
  }

  /** Type and length are in clear. */
  skip(header: Readonly<RecordHeader>): number {
    this.sequence++
    this.type = header.type
    return header.length - this.added
  }

  peek(header: Readonly<RecordHeader>, buf: Uint8Array, start: number): Uint8Array | null {
    const length = header.length - this.added
    if (length < 0 || header.type !== ContentType.applicationData) return null
    this.setNonce(buf, start)
    this.type = header.type
    return this.keystream.beginning(this.nonce, buf, start + this.explicit, length)
  }

  private setNonce(buf: Uint8Array, start: number): void {
    const { nonce, explicit } = this
    nonce.set(this.iv)
    if (explicit > 0) nonce.set(buf.subarray(start, start + explicit), this.iv.length)
    else sequenceXor(nonce, this.sequence)
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
export class CbcProtection implements OtherProtection {
  sequence = 0
  type = 0
  readonly proven = false
  readonly padded = false
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
