/** Keys out of secrets: HKDF-Expand-Label of TLS 1.3 (RFC 8446 §7.1) and the PRF of earlier versions (RFC 5246 §5, RFC 2246 §5). */
import { createHmac } from 'node:crypto'
import type { HashName } from './suites'

const HASH_LENGTH = { sha256: 32, sha384: 48 } as const
/** HkdfLabel's own prefix. */
const PREFIX = 'tls13 '

/** Up to one block of output, which is all that TLS and QUIC ever take. */
export function expandLabel(hash: HashName, secret: Uint8Array, label: string, length: number): Buffer {
  const name = Buffer.from(PREFIX + label, 'latin1')
  const info = Buffer.concat([Buffer.from([length >> 8, length & 0xff, name.length]), name, Buffer.from([0, 1])])
  return createHmac(hash, secret).update(info).digest().subarray(0, length)
}

/** The traffic secret after a KeyUpdate (RFC 8446 §7.2). */
export const nextTrafficSecret = (hash: HashName, secret: Uint8Array): Buffer =>
  expandLabel(hash, secret, 'traffic upd', HASH_LENGTH[hash])

/** The key block of TLS 1.2, or with `legacy` of 1.0 and 1.1: as many octets of it as are wanted. */
export function keyBlock(
  hash: HashName | 'legacy',
  master: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
  length: number,
): Buffer {
  const seed = Buffer.concat([Buffer.from('key expansion', 'latin1'), serverRandom, clientRandom])
  if (hash !== 'legacy') return spread(hash, master, seed, length)
  const half = Math.ceil(master.length / 2)
  const one = spread('md5', master.subarray(0, half), seed, length)
  const two = spread('sha1', master.subarray(master.length - half), seed, length)
  return one.map((octet, i) => octet ^ two[i]!) as Buffer
}

/** P_hash. */
function spread(hash: string, secret: Uint8Array, seed: Buffer, length: number): Buffer {
  const blocks: Buffer[] = []
  let a = seed
  for (let made = 0; made < length; made += blocks[blocks.length - 1]?.length ?? length) {
    a = createHmac(hash, secret).update(a).digest()
    blocks.push(createHmac(hash, secret).update(a).update(seed).digest())
  }
  return Buffer.concat(blocks).subarray(0, length)
}
