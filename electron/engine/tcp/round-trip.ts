/** A segment whose time is this much before that of the one before it in the file: the capture's clock was set. Queues disorder by less. */
const CLOCK_STEP = 1e6

/** Packets' times as the file has them: where they go back, what was being timed has no duration. */
export class TimeSteps {
  private latest = -Infinity
  /** The packet at which the clock was last set back; 0 where it never was. */
  at = 0

  see(at: number, packet: number): void {
    if (at < this.latest - CLOCK_STEP) this.at = packet
    this.latest = at
  }
}

/**
 * The shortest time from a segment of one direction to the acknowledgment of its first octet: from where the capture was taken to the
 * receiver and back. One segment is timed at a time (RFC 6298 §3), and none that was sent again, since its acknowledgment may be of
 * either (Karn's rule, ibid.). Receivers may delay acknowledgments (RFC 9293 §3.8.6.3), which makes a time longer and never shorter.
 */
export class RoundTrip {
  /** Nanoseconds; infinite where nothing was timed. */
  shortest = Infinity
  /** A segment is being timed. */
  waits = false
  private octet = 0
  private sentAt = 0
  private packet = 0

  /** New octets from `offset` on left; not asked while it waits. A SYN takes the place before octet 0. */
  sent(offset: number, at: number, packet: number): void {
    this.waits = true
    this.octet = offset
    this.sentAt = at
    this.packet = packet
  }

  /** Something was sent again, or the numbers of octets have moved: the present segment is no longer timed. */
  forget(): void {
    this.waits = false
  }

  /** The receiver has all octets before `offset`. @param clockSetAt the packet at which the capture's clock was last set back */
  acknowledged(offset: number, at: number, clockSetAt: number): void {
    if (offset <= this.octet) return
    this.waits = false
    const took = at - this.sentAt
    if (took >= 0 && took < this.shortest && this.packet >= clockSetAt) this.shortest = took
  }
}
