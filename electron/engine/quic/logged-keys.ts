import type { KeyLog, SecretLabel } from '../tls/keylog'
import type { Hellos } from './hellos'
import { packetKeys, suiteOf } from './packet-keys'
import type { PacketKeys, Suite } from './packet-keys'
import type { Role } from './role'
import type { QuicVersion } from './version'

/** QUIC's secrets bear the labels of TLS 1.3, whose they are (RFC 9001 §5.1). */
const LABELS: Readonly<Record<'handshake' | 'application', readonly [SecretLabel, SecretLabel]>> = {
  handshake: ['CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'SERVER_HANDSHAKE_TRAFFIC_SECRET'],
  application: ['CLIENT_TRAFFIC_SECRET_0', 'SERVER_TRAFFIC_SECRET_0'],
}
/** Of 0-RTT: the one that the session resumed was made with, which no hello names. */
const EARLY_SUITES: readonly number[] = [0x1301, 0x1303, 0x1302]

const fits = (suite: Suite, secret: Uint8Array): boolean => secret.length === (suite.hash === 'sha384' ? 48 : 32)

/** The keys that a key log gives for one connection. */
export class LoggedKeys {
  constructor(
    private readonly hellos: Hellos,
    private readonly log: KeyLog,
  ) {}

  /** Null without a secret, or before both hellos were read. */
  of(level: 'handshake' | 'application', role: Role, version: QuicVersion): PacketKeys | null {
    const { client, server } = this.hellos
    if (client === null || server === null) return null
    const suite = suiteOf(server.cipherSuite)
    const secret = this.log.secret(LABELS[level][role], client.random)
    return secret === null || suite === null || !fits(suite, secret) ? null : packetKeys(version, suite, secret)
  }

  /** The keys that may open 0-RTT packets. */
  early(version: QuicVersion): readonly PacketKeys[] {
    const secret = this.hellos.client === null ? null : this.log.secret('CLIENT_EARLY_TRAFFIC_SECRET', this.hellos.client.random)
    if (secret === null) return []
    return EARLY_SUITES.flatMap((number) => {
      const suite = suiteOf(number)
      return suite !== null && fits(suite, secret) ? [packetKeys(version, suite, secret)] : []
    })
  }
}
