import { CLIENT } from './role'
import type { Role } from './role'

/**
 * Octets of a packet that may hold a request or a response: an acknowledgment, a PING or a change of limits is shorter. A first byte, a packet
 * number and a tag make up to 21 of them.
 */
const SMALLEST = 48

/** An estimate of requests without keys: how often the client spoke anew in packets of application data. */
export class Turns {
  /** Of the client. */
  count = 0
  private last: Role | null = null

  /** A packet of application data without its connection id. */
  spoke(role: Role, length: number): void {
    if (length < SMALLEST) return
    if (role === CLIENT && this.last !== role) this.count++
    this.last = role
  }
}
