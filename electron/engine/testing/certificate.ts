/** Self-signed certificates for tests, made anew each time. */
import { generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export interface Identity {
  readonly key: string
  readonly cert: string
  /** The certificate's DER. */
  readonly der: Buffer
}

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts)
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value, 'latin1'))

const ALGORITHMS = {
  // sha256WithRSAEncryption (RFC 8017), ecdsa-with-SHA256 (RFC 5758)
  rsa: sequence(oid('2a864886f70d01010b'), der(0x05)),
  ec: sequence(oid('2a8648ce3d040302')),
}

/** A certificate for these names, the first of which is the common name too. */
export function identity(kind: 'rsa' | 'ec', names: readonly string[]): Identity {
  const keys: { publicKey: KeyObject; privateKey: KeyObject } =
    kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const name = sequence(der(0x31, sequence(oid('550403'), text(0x0c, names[0] ?? ''))))
  const alternatives = sequence(...names.map((dns) => text(0x82, dns)))
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ALGORITHMS[kind],
    name,
    sequence(text(0x17, '200101000000Z'), text(0x17, '491231235959Z')),
    name,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(oid('551d11'), der(0x04, alternatives)))),
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', tbs, keys.privateKey))
  const certificate = sequence(tbs, ALGORITHMS[kind], signature)
  const body = certificate
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')
  return {
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${body ?? ''}\n-----END CERTIFICATE-----\n`,
    der: certificate,
  }
}
