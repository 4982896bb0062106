import type { Budget } from '../../bytes/budget'
import type { Arrival } from '../../tcp/stream-reader'

const NEVER: Arrival = { packet: 0, at: 0, acknowledged: -1 }

/** The bytes so far of a head that lies in several segments. What it holds is counted in the shared budget. */
export class PartialHead {
  /** Null while there is none; else its first `length` octets are the head's. */
  buf: Uint8Array | null = null
  length = 0
  /** Of its last piece. */
  arrival: Arrival = NEVER

  constructor(private readonly budget: Budget) {}

  /** Appends b[start, end). False when all connections together hold too much: this one is to be cleared. */
  add(b: Uint8Array, start: number, end: number, arrival: Arrival): boolean {
    this.arrival = { ...arrival }
    const needed = this.length + end - start
    let afforded = true
    if (this.buf === null || needed > this.buf.length) {
      const before = this.buf
      // The first piece is usually all but the last; after that it is taken to go on.
      const larger = new Uint8Array(before === null ? needed : Math.max(1024, needed * 2))
      if (before !== null) larger.set(before.subarray(0, this.length))
      this.buf = larger
      afforded = this.budget.take(larger.length - (before?.length ?? 0), arrival.packet)
    }
    this.buf.set(b.subarray(start, end), this.length)
    this.length = needed
    return afforded
  }

  clear(): void {
    if (this.buf === null) return
    this.budget.give(this.buf.length)
    this.buf = null
    this.length = 0
  }
}
