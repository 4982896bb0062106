/** Keys of packet protection (RFC 9001 §5.1, §5.2). */
import { createHmac } from 'node:crypto'
import { opener } from '../tls/aead'
import type { Open } from '../tls/aead'
import { expandLabel } from '../tls/derive'
import { suiteOf as tlsSuiteOf } from '../tls/suites'
import type { AeadName, HashName } from '../tls/suites'
import { HeaderMask } from './header-mask'
import type { QuicVersion } from './version'

/** What packets are protected with: a suite of TLS 1.3. */
export interface Suite {
  readonly cipher: AeadName
  readonly hash: HashName
  readonly keyLength: number
}

/** The suite of a number in the ServerHello (RFC 8446 §B.4); null for any that QUIC does not use. */
export function suiteOf(cipherSuite: number): Suite | null {
  const suite = cipherSuite >> 8 === 0x13 ? tlsSuiteOf(cipherSuite) : null
  return suite?.kind === 'aead' ? suite : null
}

/** Of Initial packets (RFC 9001 §5.2). */
export const AES_128_GCM: Suite = { cipher: 'aes-128-gcm', hash: 'sha256', keyLength: 16 }

/** Keys of one direction at one level of encryption. */
export interface PacketKeys {
  readonly suite: Suite
  readonly secret: Uint8Array
  readonly key: Uint8Array
  /** Opens what the key protects. */
  readonly open: Open
  readonly iv: Uint8Array
  readonly mask: HeaderMask
}

export function packetKeys(version: QuicVersion, suite: Suite, secret: Uint8Array): PacketKeys {
  const { hash, keyLength } = suite
  const key = expandLabel(hash, secret, `${version.label} key`, keyLength)
  return {
    suite,
    secret,
    key,
    open: opener(suite.cipher, key),
    iv: expandLabel(hash, secret, `${version.label} iv`, 12),
    mask: new HeaderMask(suite, expandLabel(hash, secret, `${version.label} hp`, keyLength)),
  }
}

/** Keys after a key update (RFC 9001 §6.1): header protection stays. */
export function updatedKeys(version: QuicVersion, keys: PacketKeys): PacketKeys {
  const { suite, mask } = keys
  const secret = expandLabel(suite.hash, keys.secret, `${version.label} ku`, keys.secret.length)
  const next = packetKeys(version, suite, secret)
  return { ...next, mask }
}

/** The secrets of Initial packets, which the client's first Destination Connection ID gives to everyone. */
export function initialSecrets(
  version: QuicVersion,
  destination: Uint8Array,
): { readonly client: Uint8Array; readonly server: Uint8Array } {
  const secret = createHmac('sha256', version.salt).update(destination).digest()
  return { client: expandLabel('sha256', secret, 'client in', 32), server: expandLabel('sha256', secret, 'server in', 32) }
}
