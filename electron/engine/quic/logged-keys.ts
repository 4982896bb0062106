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
/** The suites of QUIC, the usual ones first. */
const SUITES: readonly number[] = [0x1301, 0x1303, 0x1302, 0x1304]
/** Sessions of the log that a connection without its ClientHello may belong to: beyond that it is not looked for. */
const MOST_SESSIONS = 256
/** Packets of one connection, and keys for all connections, that are tried for that: each takes some twenty microseconds. */
const [MOST_PACKETS, MOST_TRIED] = [8, 50_000]

const fits = (suite: Suite, secret: Uint8Array): boolean => secret.length === (suite.hash === 'sha384' ? 48 : 32)

function keysOf(version: QuicVersion, suites: readonly number[], secret: Uint8Array | null): PacketKeys[] {
  if (secret === null) return []
  return suites.flatMap((number) => {
    const suite = suiteOf(number)
    return suite !== null && fits(suite, secret) ? [packetKeys(version, suite, secret)] : []
  })
}

/** The keys that a key log gives for one connection. */
export class LoggedKeys {
  /** The client's random where its hello is missing, once a key of that session fitted. */
  private found: Uint8Array | null = null
  private guessed = 0

  constructor(
    private readonly hellos: Hellos,
    private readonly log: KeyLog,
  ) {}

  /** There is no choice: both hellos were read. */
  get certain(): boolean {
    return this.hellos.client !== null && this.hellos.server !== null
  }

  /**
   * The keys of that level that may open a packet: one where both hellos were read. Without the server's, which names the suite, there are several, and
   * without the client's, whose random names the session, those of all sessions, if the log has few.
   */
  *of(level: 'handshake' | 'application', role: Role, version: QuicVersion): Generator<PacketKeys> {
    const { client, server } = this.hellos
    const suites = server === null ? SUITES : [server.cipherSuite]
    const random = client?.random ?? this.found
    if (random !== null) return yield* keysOf(version, suites, this.log.secret(LABELS[level][role], random))
    if (this.log.size > MOST_SESSIONS || this.guessed++ >= MOST_PACKETS) return
    for (const each of this.log.randoms()) {
      for (const keys of keysOf(version, suites, this.log.guess(LABELS[level][role], each))) {
        if (this.log.tried++ >= MOST_TRIED) return
        // Whoever asked for keys asks for no more once these fit.
        this.found = each
        yield keys
        this.found = null
      }
    }
  }

  /** The keys that may open 0-RTT packets: no hello names the suite of the session that was resumed. */
  early(version: QuicVersion): readonly PacketKeys[] {
    const { client } = this.hellos
    return client === null ? [] : keysOf(version, SUITES, this.log.secret('CLIENT_EARLY_TRAFFIC_SECRET', client.random))
  }
}
