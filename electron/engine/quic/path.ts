import type { QuicConnection } from './connection'
import { CLIENT } from './role'
import type { Role } from './role'

/** Which of a pair of endpoints: the first or the second of its key in the flow table. */
export type End = 0 | 1

/** A connection on a pair of endpoints. */
export interface Member {
  readonly connection: QuicConnection
  readonly client: End
}

/** Connections that one socket may have to one server at the same time. */
export const MOST_MEMBERS = 1024

/** A pair of endpoints, and the connections that use it: mostly one, the newest last. */
export class Path {
  entry = -1
  readonly members: Member[] = []

  get newest(): Member | null {
    return this.members[this.members.length - 1] ?? null
  }

  of(connection: QuicConnection): Member | null {
    return this.members.find((m) => m.connection === connection) ?? null
  }
}

export const senderOf = ({ client }: Member, from: End): Role => (client === from ? CLIENT : 1)
