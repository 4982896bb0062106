/** The cipher suites that can be decrypted, by their numbers in the IANA registry. */
export type AeadName = 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305' | 'aes-128-ccm' | 'aes-256-ccm'
export type HashName = 'sha256' | 'sha384'

export type Suite =
  | {
      readonly kind: 'aead'
      readonly cipher: AeadName
      readonly keyLength: number
      readonly hash: HashName
      readonly tagLength: number
    }
  | {
      readonly kind: 'cbc'
      readonly cipher: 'aes-128-cbc' | 'aes-256-cbc' | 'des-ede3-cbc'
      readonly blockLength: number
      readonly keyLength: number
      readonly hash: HashName
      readonly mac: 'sha1' | HashName
      readonly macLength: number
    }

const aead = (cipher: AeadName, hash: HashName, tagLength = 16): Suite => ({
  kind: 'aead',
  cipher,
  keyLength: cipher.startsWith('aes-128') ? 16 : 32,
  hash,
  tagLength,
})
const MAC_LENGTHS = { sha1: 20, sha256: 32, sha384: 48 } as const

function cbc(bits: 128 | 256, mac: 'sha1' | HashName): Suite {
  return {
    kind: 'cbc',
    cipher: bits === 128 ? 'aes-128-cbc' : 'aes-256-cbc',
    blockLength: 16,
    keyLength: bits / 8,
    hash: mac === 'sha384' ? 'sha384' : 'sha256',
    mac,
    macLength: MAC_LENGTHS[mac],
  }
}

const SUITES = new Map<number, Suite>()
const add = (suite: Suite, ...ids: readonly number[]): void => ids.forEach((id) => SUITES.set(id, suite))

const AES_128_GCM = aead('aes-128-gcm', 'sha256')
const AES_256_GCM = aead('aes-256-gcm', 'sha384')
const CHACHA20 = aead('chacha20-poly1305', 'sha256')
const AES_128_CCM = aead('aes-128-ccm', 'sha256')
const AES_256_CCM = aead('aes-256-ccm', 'sha256')
const AES_128_CCM_8 = aead('aes-128-ccm', 'sha256', 8)
const AES_256_CCM_8 = aead('aes-256-ccm', 'sha256', 8)

// TLS 1.3 (RFC 8446 §B.4).
add(AES_128_GCM, 0x1301)
add(AES_256_GCM, 0x1302)
add(CHACHA20, 0x1303)
add(AES_128_CCM, 0x1304)
add(AES_128_CCM_8, 0x1305)
// RFC 5288, RFC 5487, RFC 5289: RSA, DHE, DH, anonymous, PSK, ECDHE and ECDH.
add(AES_128_GCM, 0x009c, 0x009e, 0x00a0, 0x00a2, 0x00a4, 0x00a6, 0x00a8, 0x00aa, 0x00ac, 0xc02b, 0xc02d, 0xc02f, 0xc031, 0xd001)
add(AES_256_GCM, 0x009d, 0x009f, 0x00a1, 0x00a3, 0x00a5, 0x00a7, 0x00a9, 0x00ab, 0x00ad, 0xc02c, 0xc02e, 0xc030, 0xc032, 0xd002)
// RFC 7905.
add(CHACHA20, 0xcca8, 0xcca9, 0xccaa, 0xccab, 0xccac, 0xccad, 0xccae)
// RFC 6655, RFC 7251.
add(AES_128_CCM, 0xc09c, 0xc09e, 0xc0a4, 0xc0a6, 0xc0ac)
add(AES_256_CCM, 0xc09d, 0xc09f, 0xc0a5, 0xc0a7, 0xc0ad)
add(AES_128_CCM_8, 0xc0a0, 0xc0a2, 0xc0a8, 0xc0aa, 0xc0ae)
add(AES_256_CCM_8, 0xc0a1, 0xc0a3, 0xc0a9, 0xc0ab, 0xc0af)
// Triple DES (RFC 5246 §A.5, RFC 4279, RFC 8422, RFC 5489): old, and still met.
add(
  { kind: 'cbc', cipher: 'des-ede3-cbc', blockLength: 8, keyLength: 24, hash: 'sha256', mac: 'sha1', macLength: 20 },
  ...[0x000a, 0x000d, 0x0010, 0x0013, 0x0016, 0x001b, 0x008b, 0x008f, 0x0093, 0xc003, 0xc008, 0xc00d, 0xc012, 0xc017, 0xc034],
)
// RFC 5246 §A.5, RFC 4279, RFC 8422, RFC 5489.
add(
  cbc(128, 'sha1'),
  0x002f,
  0x0030,
  0x0031,
  0x0032,
  0x0033,
  0x0034,
  0x008c,
  0x0090,
  0x0094,
  0xc004,
  0xc009,
  0xc00e,
  0xc013,
  0xc018,
  0xc035,
)
add(
  cbc(256, 'sha1'),
  0x0035,
  0x0036,
  0x0037,
  0x0038,
  0x0039,
  0x003a,
  0x008d,
  0x0091,
  0x0095,
  0xc005,
  0xc00a,
  0xc00f,
  0xc014,
  0xc019,
  0xc036,
)
// RFC 5246 §A.5, RFC 5289, RFC 5487, RFC 5489.
add(
  cbc(128, 'sha256'),
  0x003c,
  0x003e,
  0x003f,
  0x0040,
  0x0067,
  0x006c,
  0x00ae,
  0x00b2,
  0x00b6,
  0xc023,
  0xc025,
  0xc027,
  0xc029,
  0xc037,
)
add(cbc(256, 'sha256'), 0x003d, 0x0068, 0x0069, 0x006a, 0x006b, 0x006d)
add(cbc(256, 'sha384'), 0x00af, 0x00b3, 0x00b7, 0xc024, 0xc026, 0xc028, 0xc02a, 0xc038)

/** Null for a suite that cannot be decrypted here: RC4, Camellia, ARIA, GOST, and those that do not encrypt. */
export const suiteOf = (id: number): Suite | null => SUITES.get(id) ?? null
