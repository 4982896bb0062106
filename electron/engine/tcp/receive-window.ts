/** The largest shift that a window scale may be (RFC 7323 §2.3). */
const LARGEST_SHIFT = 14
const WINDOW_SCALE = 3

/** What a receiver lets the other side send (RFC 9293 §3.8.6), as its segments tell. */
export class ReceiveWindow {
  /** Offset behind the last byte that was ever offered; −1 while nothing was. */
  edge = -1
  /** By how much the window field is shifted: as much as can be, until both SYNs have told. */
  shift = LARGEST_SHIFT
  /** How often it closed, and for how many nanoseconds in all. */
  closures = 0
  closedFor = 0
  private closedSince = -1

  get closed(): boolean {
    return this.closedSince >= 0
  }

  /** A segment offers `field` (unscaled) beyond what it acknowledges. */
  offer(acknowledged: number, field: number, at: number): void {
    if (field === 0) {
      if (this.closedSince < 0) {
        this.closedSince = at
        this.closures++
      }
    } else if (this.closedSince >= 0) this.reopen(at)
    // 16 bits by at most 14: it stays below 2^31.
    const edge = acknowledged + (field << this.shift)
    if (edge > this.edge) this.edge = edge
  }

  /** Opened again, or over while closed. */
  reopen(at: number): void {
    if (this.closedSince < 0) return
    this.closedFor += Math.max(0, at - this.closedSince)
    this.closedSince = -1
  }
}

/** The window scale in a SYN's options, buf[start, end); −1 where it has none. */
export function windowScale(buf: Uint8Array, start: number, end: number): number {
  for (let p = start; p < end;) {
    const kind = buf[p]!
    if (kind === 0) break
    if (kind === 1) {
      p++
      continue
    }
    const length = buf[p + 1] ?? 0
    if (kind === WINDOW_SCALE && length === 3 && p + 2 < end) return Math.min(LARGEST_SHIFT, buf[p + 2]!)
    if (length < 2) break
    p += length
  }
  return -1
}
