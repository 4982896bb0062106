import { latin1 } from '../bytes/text'
import type { Role } from './role'

const TOKEN = 16
/** First octet, five that cannot be told from a packet, token (RFC 9000 §10.3). */
const SHORTEST = 21
/** Peers allow a few ids at a time, each with a token. */
const MOST = 256

/** What a side's stateless resets end with (RFC 9000 §10.3). */
export class ResetTokens {
  private readonly of: readonly [Set<string>, Set<string>] = [new Set(), new Set()]

  add(role: Role, token: Uint8Array): void {
    if (token.length === TOKEN && this.of[role].size < MOST) this.of[role].add(latin1(token, 0, TOKEN))
  }

  /** Does this datagram of that side end with one? */
  endIn(role: Role, { buf, start, end, wireEnd }: { buf: Uint8Array; start: number; end: number; wireEnd: number }): boolean {
    return (
      this.of[role].size > 0 && end === wireEnd && end - start >= SHORTEST && this.of[role].has(latin1(buf, end - TOKEN, end))
    )
  }
}
