/** The versions of QUIC whose Initial salt is public: 1 (RFC 9001), 2 (RFC 9369), and the drafts that were deployed. */

export type PacketType = 'initial' | '0-rtt' | 'handshake' | 'retry'

export interface QuicVersion {
  readonly number: number
  readonly name: string
  readonly salt: Uint8Array
  /** What the labels of its keys begin with ("quic key"). */
  readonly label: 'quic' | 'quicv2'
  /** Key and nonce of the Retry integrity tag; null in the drafts before it (≤ 24). */
  readonly retry: { readonly key: Uint8Array; readonly nonce: Uint8Array } | null
  /** What the two type bits of a long header mean. */
  readonly types: readonly [PacketType, PacketType, PacketType, PacketType]
}

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const retry = (key: string, nonce: string): QuicVersion['retry'] => ({ key: hex(key), nonce: hex(nonce) })

const TYPES = ['initial', '0-rtt', 'handshake', 'retry'] as const
/** RFC 9369 §3.2. */
const TYPES_2 = ['retry', 'initial', '0-rtt', 'handshake'] as const

const draft = (number: number, name: string, generation: 22 | 23 | 25 | 29): QuicVersion => ({
  number,
  name,
  salt: SALTS[generation],
  label: 'quic',
  retry: generation === 25 ? RETRY_25 : generation === 29 ? RETRY_29 : null,
  types: TYPES,
})
const SALT_23 = hex('c3eef712c72ebb5a11a7d2432bb46365bef9f502')
const SALTS = {
  22: hex('7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a'),
  23: SALT_23,
  25: SALT_23,
  29: hex('afbfec289993d24c9e9786f19c6111e04390a899'),
}
const RETRY_25 = retry('4d32ecdb2a2133c841e4043df27d4430', '4d1611d05513a552c587d575')
const RETRY_29 = retry('ccce187ed09a09d05728155a6cb96be1', 'e54930f97f2136f0530a8c1c')

const generation = (n: number): 22 | 23 | 25 | 29 => (n >= 29 ? 29 : n >= 25 ? 25 : n >= 23 ? 23 : 22)

export const VERSION_1: QuicVersion = {
  number: 1,
  name: 'QUIC 1',
  salt: hex('38762cf7f55934b34d179ae6a4c80cadccbb7f0a'),
  label: 'quic',
  retry: retry('be0c690b9f66575a1d766b54e368c84e', '461599d35d632bf2239825bb'),
  types: TYPES,
}

export const VERSION_2: QuicVersion = {
  number: 0x6b3343cf,
  name: 'QUIC 2',
  salt: hex('0dede3def700a6db819381be6e269dcbf9bd2ed9'),
  label: 'quicv2',
  retry: retry('8fb4b01b56ac48e260fbcbcead7ccc92', 'd86969bc2d7c6d9990efb04a'),
  types: TYPES_2,
}

const versions = new Map<number, QuicVersion>(
  [
    VERSION_1,
    VERSION_2,
    ...Array.from({ length: 11 }, (_, i) => draft(0xff000016 + i, `QUIC draft ${22 + i}`, generation(22 + i))),
    // Facebook's mvfst, before version 1.
    draft(0xfaceb001, 'mvfst draft 22', 22),
    draft(0xfaceb002, 'mvfst draft 27', 25),
  ].map((version) => [version.number, version]),
)

export const versionOf = (number: number): QuicVersion | undefined => versions.get(number)
