/** ChaCha20-Poly1305 (RFC 8439), for where the crypto library has none. */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const
const BLOCK = 64
const TAG = 16

/** @returns the plaintext of buf[start, end), whose last 16 octets are the tag; null where that is wrong */
export function openChaCha20Poly1305(
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  buf: Uint8Array,
  start: number,
  end: number,
): Uint8Array | null {
  const stop = end - TAG
  if (stop < start) return null
  const state = initial(key, nonce)
  const first = new Uint8Array(BLOCK)
  block(state, first)
  const tag = tagOf(first, additional, buf, start, stop)
  let different = 0
  for (let i = 0; i < TAG; i++) different |= tag[i]! ^ buf[stop + i]!
  if (different !== 0) return null
  const plaintext = new Uint8Array(stop - start)
  const stream = new Uint8Array(BLOCK)
  for (let at = 0; at < plaintext.length; at += BLOCK) {
    state[12] = state[12]! + 1
    block(state, stream)
    const length = Math.min(BLOCK, plaintext.length - at)
    for (let i = 0; i < length; i++) plaintext[at + i] = buf[start + at + i]! ^ stream[i]!
  }
  return plaintext
}

/** @returns one block of key stream (RFC 8439 §2.3), 64 octets: QUIC masks its headers with the beginning of it */
export function chaCha20Block(key: Uint8Array, counter: number, nonce: Uint8Array): Uint8Array {
  const state = initial(key, nonce)
  state[12] = counter
  const stream = new Uint8Array(BLOCK)
  block(state, stream)
  return stream
}

const word = (b: Uint8Array, o: number): number => b[o]! | (b[o + 1]! << 8) | (b[o + 2]! << 16) | (b[o + 3]! << 24)

/** RFC 8439 §2.3: constants, key, counter 0, nonce. */
function initial(key: Uint8Array, nonce: Uint8Array): Int32Array {
  const state = new Int32Array(16)
  state.set(CONSTANTS)
  for (let i = 0; i < 8; i++) state[4 + i] = word(key, 4 * i)
  for (let i = 0; i < 3; i++) state[13 + i] = word(nonce, 4 * i)
  return state
}

function block(state: Int32Array, into: Uint8Array): void {
  const x = state.slice()
  for (let round = 0; round < 10; round++) {
    quarter(x, 0, 4, 8, 12)
    quarter(x, 1, 5, 9, 13)
    quarter(x, 2, 6, 10, 14)
    quarter(x, 3, 7, 11, 15)
    quarter(x, 0, 5, 10, 15)
    quarter(x, 1, 6, 11, 12)
    quarter(x, 2, 7, 8, 13)
    quarter(x, 3, 4, 9, 14)
  }
  for (let i = 0; i < 16; i++) {
    const sum = (x[i]! + state[i]!) | 0
    into[4 * i] = sum
    into[4 * i + 1] = sum >>> 8
    into[4 * i + 2] = sum >>> 16
    into[4 * i + 3] = sum >>> 24
  }
}

/** RFC 8439 §2.1. */
function quarter(x: Int32Array, ia: number, ib: number, ic: number, id: number): void {
  let a = x[ia]!
  let b = x[ib]!
  let c = x[ic]!
  let d = x[id]!
  a = (a + b) | 0
  d ^= a
  d = (d << 16) | (d >>> 16)
  c = (c + d) | 0
  b ^= c
  b = (b << 12) | (b >>> 20)
  a = (a + b) | 0
  d ^= a
  d = (d << 8) | (d >>> 24)
  c = (c + d) | 0
  b ^= c
  b = (b << 7) | (b >>> 25)
  x[ia] = a
  x[ib] = b
  x[ic] = c
  x[id] = d
}

/** The tag over additional data, ciphertext and both lengths (RFC 8439 §2.8). */
function tagOf(oneTimeKey: Uint8Array, additional: Uint8Array, buf: Uint8Array, start: number, end: number): Uint8Array {
  const mac = new Poly1305(oneTimeKey)
  mac.padded(additional, 0, additional.length)
  mac.padded(buf, start, end)
  const lengths = new Uint8Array(16)
  const view = new DataView(lengths.buffer)
  view.setUint32(0, additional.length, true)
  view.setUint32(8, end - start, true)
  mac.padded(lengths, 0, 16)
  return mac.digest()
}

const LIMBS = 10
const LIMB = 2 ** 13
const INVERSE = 2 ** -13

/**
 * RFC 8439 §2.5 on ten limbs of 13 bits: a product of two, added up ten times and multiplied by 5, stays below 2^53.
 */
class Poly1305 {
  private readonly r: Float64Array
  private readonly s: Uint8Array
  private readonly h = new Float64Array(LIMBS)
  private readonly product = new Float64Array(LIMBS)

  constructor(key: Uint8Array) {
    const r = key.slice(0, 16)
    for (const i of [3, 7, 11, 15]) r[i] = r[i]! & 15
    for (const i of [4, 8, 12]) r[i] = r[i]! & 252
    this.r = new Float64Array(LIMBS)
    addLimbs(this.r, r, 0, 0)
    this.s = key.slice(16, 32)
  }

  /** Data, filled up with zeros to a multiple of 16. */
  padded(b: Uint8Array, start: number, end: number): void {
    const last = new Uint8Array(16)
    for (let p = start; p < end; p += 16) {
      if (end - p >= 16) this.block(b, p)
      else {
        last.set(b.subarray(p, end))
        this.block(last, 0)
      }
    }
  }

  digest(): Uint8Array {
    const { h } = this
    carry(h)
    carry(h)
    // h − (2^130 − 5), if that is not negative.
    const reduced = new Float64Array(LIMBS)
    let c = 5
    for (let i = 0; i < LIMBS; i++) {
      const sum = h[i]! + c
      c = Math.floor(sum / LIMB)
      reduced[i] = sum - c * LIMB
    }
    const value = c > 0 ? reduced : h
    const tag = new Uint8Array(16)
    let bits = 0
    let held = 0
    let sum = 0
    for (let i = 0, at = 0; at < 16;) {
      if (held < 8 && i < LIMBS) {
        bits += value[i++]! * 2 ** held
        held += 13
        continue
      }
      sum += (bits & 0xff) + this.s[at]!
      tag[at++] = sum
      sum >>= 8
      bits = Math.floor(bits / 256)
      held -= 8
    }
    return tag
  }

  private block(b: Uint8Array, at: number): void {
    const { h, r, product } = this
    addLimbs(h, b, at, 1)
    for (let i = 0; i < LIMBS; i++) {
      let sum = 0
      for (let j = 0; j <= i; j++) sum += h[j]! * r[i - j]!
      let over = 0
      for (let j = i + 1; j < LIMBS; j++) over += h[j]! * r[LIMBS + i - j]!
      product[i] = sum + 5 * over
    }
    h.set(product)
    carry(h)
  }
}

/** Adds 16 octets, and a bit above them, limb by limb. */
function addLimbs(h: Float64Array, b: Uint8Array, at: number, above: 0 | 1): void {
  const t0 = pair(b, at)
  const t1 = pair(b, at + 2)
  const t2 = pair(b, at + 4)
  const t3 = pair(b, at + 6)
  const t4 = pair(b, at + 8)
  const t5 = pair(b, at + 10)
  const t6 = pair(b, at + 12)
  const t7 = pair(b, at + 14)
  h[0] = h[0]! + (t0 & 0x1fff)
  h[1] = h[1]! + (((t0 >>> 13) | (t1 << 3)) & 0x1fff)
  h[2] = h[2]! + (((t1 >>> 10) | (t2 << 6)) & 0x1fff)
  h[3] = h[3]! + (((t2 >>> 7) | (t3 << 9)) & 0x1fff)
  h[4] = h[4]! + (((t3 >>> 4) | (t4 << 12)) & 0x1fff)
  h[5] = h[5]! + ((t4 >>> 1) & 0x1fff)
  h[6] = h[6]! + (((t4 >>> 14) | (t5 << 2)) & 0x1fff)
  h[7] = h[7]! + (((t5 >>> 11) | (t6 << 5)) & 0x1fff)
  h[8] = h[8]! + (((t6 >>> 8) | (t7 << 8)) & 0x1fff)
  h[9] = h[9]! + ((t7 >>> 5) | (above << 11))
}

const pair = (b: Uint8Array, o: number): number => b[o]! | (b[o + 1]! << 8)

function carry(h: Float64Array): void {
  let c = 0
  for (let i = 0; i < LIMBS; i++) {
    const sum = h[i]! + c
    c = Math.floor(sum * INVERSE)
    h[i] = sum - c * LIMB
  }
  // 2^130 = 5 (mod p).
  h[0] = h[0]! + 5 * c
}
