import { AES_128_GCM, initialSecrets, packetKeys } from './packet-keys'
import type { PacketKeys } from './packet-keys'
import type { Role } from './role'
import type { QuicVersion } from './version'

export type KeyPair = readonly [PacketKeys, PacketKeys]

/** Versions in which one connection may speak: compatible version negotiation changes it once (RFC 9368). */
const MOST_VERSIONS = 4

/** The keys of a connection's Initial packets, by version: anyone can compute them. */
export class InitialKeys {
  private readonly pairs = new Map<number, KeyPair>()

  constructor(
    /** The Destination Connection ID of the client's first Initial, or of its first after a Retry. */
    readonly destination: Uint8Array,
  ) {}

  of(version: QuicVersion, role: Role): PacketKeys {
    let pair = this.pairs.get(version.number)
    if (pair === undefined) {
      const { client, server } = initialSecrets(version, this.destination)
      pair = [packetKeys(version, AES_128_GCM, client), packetKeys(version, AES_128_GCM, server)]
      if (this.pairs.size >= MOST_VERSIONS) this.pairs.clear()
      this.pairs.set(version.number, pair)
    }
    return pair[role]
  }
}
