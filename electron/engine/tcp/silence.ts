import type { Diagnostics } from '../capture/diagnostics'

/**
 * An acknowledgment this late does not exist: what it acknowledges would have been sent again long before. Receivers wait half a second
 * at most (RFC 9293 §3.8.6.3), senders one second where they know nothing and little more than a round trip where they do (RFC 6298 §2).
 */
const TOO_LATE = 15e9

/**
 * A capture in which nothing happens for long, and then something that cannot have taken that long: its clock was set ahead. Filters
 * that leave out bare acknowledgments, and pauses of the recording, show no such thing.
 */
export class Silence {
  private latest = -Infinity
  /** When the last silence began, and the first packet after it; none yet at −∞. */
  private from = -Infinity
  private until = -Infinity
  private packet = 0
  private told = 0

  constructor(private readonly diagnostics: Diagnostics) {}

  /** A packet. @returns whether the connection, last heard of at `lastAt`, has been silent since before the last silence */
  broken(at: number, packet: number, lastAt: number): boolean {
    if (at - this.latest > TOO_LATE) {
      this.from = this.latest
      this.until = at
      this.packet = packet
    }
    this.latest = at
    return lastAt <= this.from
  }

  /** Across the silence came what comes at once, or not at all. */
  wasNone(): void {
    if (this.told === this.packet) return
    this.told = this.packet
    this.diagnostics.note(
      'warning',
      'clock-jump',
      `The capture's clock goes ahead by ${((this.until - this.from) / 1e9).toFixed(1)} s here, as an acknowledgment across it shows: durations across this point are wrong.`,
      this.packet,
    )
  }
}
