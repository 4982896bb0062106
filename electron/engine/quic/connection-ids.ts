/** Connection ids tell which connection a packet belongs to when its addresses do not (RFC 9000 §5.1). */
import { latin1 } from '../bytes/text'
import { LONGEST_ID } from './header'
import type { Role } from './role'

/** An id as a key: an octet a character. */
export const idText = (id: Uint8Array): string => latin1(id, 0, id.length)

/** Ids a connection may hold. Endpoints rarely allow more than eight at a time (active_connection_id_limit). */
const MOST_IDS = 256
/** Shorter ids are known on their own pair of addresses only: by chance they would fit other datagrams. */
const SHORTEST_FOR_MIGRATION = 4

/** The ids of one connection. Those of a role stand in the packets sent to it. */
export class OwnIds {
  private readonly of: readonly [Set<string>, Set<string>] = [new Set(), new Set()]
  /** The length of a role's ids in short headers, where it does not stand; −1 until known. */
  readonly lengths: [number, number] = [-1, -1]

  has(role: Role, id: string): boolean {
    return this.of[role].has(id)
  }

  /** False when it was known, or there is no room. */
  add(role: Role, id: string): boolean {
    if (this.of[role].has(id) || this.of[role].size >= MOST_IDS) return false
    this.of[role].add(id)
    return true
  }

  *all(): Generator<string> {
    yield* this.of[0]
    yield* this.of[1]
  }
}

export interface HasIds {
  readonly ids: OwnIds
}

/** The ids of all connections, to find one again whose addresses changed. */
export class IdBook<Connection extends HasIds> {
  private readonly connections = new Map<string, Connection>()
  /** How many ids there are of each length. */
  private readonly lengths = new Uint32Array(LONGEST_ID + 1)

  find(id: string): Connection | undefined {
    return this.connections.get(id)
  }

  /** The connection whose id a short header at buf[pos, end) begins with. */
  findShort(buf: Uint8Array, pos: number, end: number): { readonly connection: Connection; readonly id: string } | null {
    for (let length = LONGEST_ID; length >= SHORTEST_FOR_MIGRATION; length--) {
      if (this.lengths[length] === 0 || pos + 1 + length > end) continue
      const id = latin1(buf, pos + 1, pos + 1 + length)
      const connection = this.connections.get(id)
      if (connection !== undefined) return { connection, id }
    }
    return null
  }

  add(connection: Connection, role: Role, id: string): void {
    if (!connection.ids.add(role, id) || id.length < SHORTEST_FOR_MIGRATION || this.connections.has(id)) return
    this.connections.set(id, connection)
    this.lengths[id.length] = this.lengths[id.length]! + 1
  }

  forget(connection: Connection): void {
    for (const id of connection.ids.all()) {
      if (this.connections.get(id) !== connection) continue
      this.connections.delete(id)
      this.lengths[id.length] = this.lengths[id.length]! - 1
    }
  }
}
