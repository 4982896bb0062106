import { nanos } from '../../../shared/units'
import type { EstimatedIdle } from '../../../shared/model/facts'
import { IdleTimes } from '../tls/idle-times'
import { CLIENT } from './role'
import type { Role } from './role'

/**
 * Octets by which a packet with a request is longer than a bare acknowledgment: a STREAM and a HEADERS frame, and some octets of fields, which are few
 * where the table of fields knows them. While the server sends full packets, one after the other, more is asked for: acknowledgments of these name
 * gaps and raise limits, and are longer than others.
 */
const REQUEST = 20
const QUIET = 8
/** Octets from which a packet of the server is a full one: RFC 9000 §14 asks networks to carry 1200, and headers and tags are taken off. */
const FULL = 1100
/**
 * Octets from which a packet may hold a request: where a connection's bare acknowledgments are small, and where they are large. A first byte,
 * a packet number and a tag make up to 21 of them.
 */
const [LEAST, MOST] = [36, 72]
const STEP = 2
/** A response, or part of one: what is shorter is an acknowledgment, a PING or a change of limits. */
const RESPONSE = 48

/**
 * An estimate of requests without keys: how often the client spoke in packets of application data and was answered before it spoke anew.
 * How long its acknowledgments are is told by the smallest packet it ever sends, which may come late: so several limits are tried at once.
 */
export class Turns {
  private readonly counts = new Uint32Array((MOST - LEAST) / STEP + 1)
  /** The longest packet that the client has sent since the server's last answer; longer by {@link QUIET} where it came after a response's end. */
  private longest = 0
  private smallest = Infinity
  private readonly idle = new IdleTimes()
  /** The server's last packet that may be part of a response; −1 until seen. */
  private answeredAt = -1
  /** The server's last packet of a response was a full one: more of it may follow. */
  private goesOn = false

  /** A packet of application data without its connection id, at that instant in nanoseconds. */
  spoke(role: Role, length: number, at: number): void {
    if (role === CLIENT) {
      const said = this.goesOn ? length : length + QUIET
      if (this.answeredAt >= 0 && said >= this.limit && this.longest < this.limit) this.idle.add(this.answeredAt, at)
      this.longest = Math.max(this.longest, said)
      if (length < this.smallest) this.smallest = length
      return
    }
    if (length < RESPONSE) return
    this.goesOn = length >= FULL
    this.answeredAt = at
    if (this.longest < LEAST) return
    const last = Math.min(this.counts.length - 1, Math.floor((this.longest - LEAST) / STEP))
    for (let i = 0; i <= last; i++) this.counts[i]!++
    this.longest = 0
  }

  get count(): number {
    return this.counts[Math.ceil((this.limit - LEAST) / STEP)] ?? 0
  }

  get estimatedIdle(): EstimatedIdle {
    const isWaiting = this.answeredAt < 0 || this.longest >= this.limit
    return { gaps: this.idle.longest(), since: isWaiting ? null : nanos(this.answeredAt) }
  }

  /** Octets from which a packet may hold a request, as far as is known by now. */
  private get limit(): number {
    return Math.min(MOST, Math.max(LEAST, this.smallest + REQUEST))
  }
}
