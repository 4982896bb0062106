/**
 * The same packet captured twice: by a mirror port, or on an interface and on the bridge above it. All that a sender does not
 * repeat exactly (IPv4 identification, the checksum with its time stamp option) is equal, and it comes within milliseconds;
 * a retransmission waits for a round trip or a timer and differs.
 *
 * One table serves all connections: direct-mapped, of fixed size, without an object per packet. A copy that comes after its
 * slot was taken by another packet goes unnoticed and counts as a retransmission.
 */
const SLOTS = 4096
const CLOSE = 10e6
/** Bits that fit beside a 32-bit number in a double. */
const BESIDE = 2 ** 21

export class Copies {
  private readonly sequences = new Float64Array(SLOTS).fill(-1)
  private readonly marks = new Float64Array(SLOTS)
  private readonly times = new Float64Array(SLOTS)

  /** Was this packet seen a moment ago? If not it is remembered. `stream` numbers a connection's direction; `rest` stands for its other fields. */
  isCopy(stream: number, sequence: number, acknowledgment: number, rest: number, at: number): boolean {
    const mixed = Math.imul(rest ^ Math.imul(stream, 0x9e3779b1), 0x85ebca6b)
    const slot = (Math.imul(mixed ^ sequence, 0xc2b2ae35) >>> 20) & (SLOTS - 1)
    const one = sequence * BESIDE + (stream & (BESIDE - 1))
    const two = acknowledgment * BESIDE + (mixed >>> 11)
    if (this.sequences[slot] === one && this.marks[slot] === two && Math.abs(at - this.times[slot]!) <= CLOSE) return true
    this.sequences[slot] = one
    this.marks[slot] = two
    this.times[slot] = at
    return false
  }
}
