import { CLIENT } from './role'
import type { Role } from './role'

/** Beside an acknowledgment a packet with a request holds a STREAM and a HEADERS frame, and at least some octets of fields. */
const REQUEST = 16
/**
 * Octets from which a packet may hold a request: where a connection's bare acknowledgments are small, and where they are large. A first byte,
 * a packet number and a tag make up to 21 of them.
 */
const [LEAST, MOST] = [36, 64]
const STEP = 4
/** A response, or part of one: what is shorter is an acknowledgment, a PING or a change of limits. */
const RESPONSE = 48

/**
 * An estimate of requests without keys: how often the client spoke in packets of application data and was answered before it spoke anew.
 * How long its acknowledgments are is told by the smallest packet it ever sends, which may come late: so several limits are tried at once.
 */
export class Turns {
  private readonly counts = new Uint32Array((MOST - LEAST) / STEP + 1)
  /** The longest packet that the client has sent since the server's last answer. */
  private longest = 0
  private smallest = Infinity

  /** A packet of application data without its connection id. */
  spoke(role: Role, length: number): void {
    if (role === CLIENT) {
      if (length > this.longest) this.longest = length
      if (length < this.smallest) this.smallest = length
      return
    }
    if (length < RESPONSE || this.longest < LEAST) return
    const last = Math.min(this.counts.length - 1, Math.floor((this.longest - LEAST) / STEP))
    for (let i = 0; i <= last; i++) this.counts[i]!++
    this.longest = 0
  }

  get count(): number {
    const limit = Math.min(MOST, Math.max(LEAST, this.smallest + REQUEST))
    return this.counts[Math.ceil((limit - LEAST) / STEP)] ?? 0
  }
}
