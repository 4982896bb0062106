/** The protections of one session, made from what the key log has of it. */
import type { Side } from '../../../shared/model/facts'
import { NONCE_LENGTH } from './aead'
import { keyBlock } from './derive'
import { isTls13 } from './hello'
import type { ServerHello } from './hello'
import type { KeyLog, SecretLabel } from './keylog'
import { CbcProtection, Tls12AeadProtection, Tls13Protection } from './protection'
import type { Protection } from './protection'
import { suiteOf } from './suites'
import type { Suite } from './suites'

/** Of TLS 1.3: which traffic secret (RFC 8446 §7.1). */
export type Epoch = 'early' | 'handshake' | 'application'

const LABELS: Readonly<Record<Epoch, Readonly<Record<Side, SecretLabel | null>>>> = {
  early: { client: 'CLIENT_EARLY_TRAFFIC_SECRET', server: null },
  handshake: { client: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', server: 'SERVER_HANDSHAKE_TRAFFIC_SECRET' },
  application: { client: 'CLIENT_TRAFFIC_SECRET_0', server: 'SERVER_TRAFFIC_SECRET_0' },
}

const TLS_1_0 = 0x0301
const TLS_1_2 = 0x0303
/** RFC 5288, RFC 6655: the part of the nonce that is not sent. */
const GCM_SALT = 4

export function tls13Protection(
  keys: KeyLog,
  clientRandom: Uint8Array,
  cipherSuite: number,
  epoch: Epoch,
  side: Side,
): Tls13Protection | null {
  const suite = suiteOf(cipherSuite)
  const label = LABELS[epoch][side]
  const secret = label === null ? null : keys.secret(label, clientRandom)
  return suite?.kind === 'aead' && secret !== null ? new Tls13Protection(suite, secret) : null
}

/** From the master secret, for TLS 1.0 to 1.2. Null without it, and for suites, versions and compression that are not read. */
export function tls12Protection(keys: KeyLog, clientRandom: Uint8Array, hello: ServerHello, side: Side): Protection | null {
  const suite = suiteOf(hello.cipherSuite)
  const master = keys.secret('CLIENT_RANDOM', clientRandom)
  const { version } = hello
  if (suite === null || master === null || hello.compression !== 0 || isTls13(version) || version < TLS_1_0 || version > TLS_1_2)
    return null
  const macLength = suite.kind === 'cbc' ? suite.macLength : 0
  const ivLength = ivLengthOf(suite, version)
  const hash = version === TLS_1_2 ? suite.hash : 'legacy'
  const block = keyBlock(hash, master, clientRandom, hello.random, 2 * (macLength + suite.keyLength + ivLength))
  // client MAC, server MAC, client key, server key, client IV, server IV (RFC 5246 §6.3)
  const own = side === 'client' ? 0 : 1
  const take = (from: number, length: number): Buffer => block.subarray(from + own * length, from + (own + 1) * length)
  const mac = take(0, macLength)
  const key = take(2 * macLength, suite.keyLength)
  const iv = take(2 * (macLength + suite.keyLength), ivLength)
  if (suite.kind === 'aead') return new Tls12AeadProtection(suite, key, iv)
  return new CbcProtection(suite, { mac, key, iv: version === TLS_1_0 ? iv : null }, hello.encryptThenMac)
}

function ivLengthOf(suite: Suite, version: number): number {
  if (suite.kind === 'cbc') return version === TLS_1_0 ? suite.blockLength : 0
  return suite.cipher === 'chacha20-poly1305' ? NONCE_LENGTH : GCM_SALT
}
