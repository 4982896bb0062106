/** Handshake messages out of records (RFC 8446 §4): several in one, or one over several. */
import type { Budget } from '../bytes/budget'
import { u24be } from '../bytes/read'
import { Message } from './content'

export interface MessageEvents {
  /** A message's body, valid during the call only. `whole` is false where the capture lacks its end. */
  message(type: number, buf: Uint8Array, start: number, end: number, whole: boolean): void
}

const NOTHING: Uint8Array = new Uint8Array(0)
const HEADER = 4
/** Certificate chains reach some 20 KiB; a message beyond this is passed over. */
const LONGEST = 128 << 10
/** Messages whose bodies are read; the others are only noted. */
const READ = new Set<number>([
  Message.clientHello,
  Message.serverHello,
  Message.encryptedExtensions,
  Message.certificate,
  Message.keyUpdate,
])

export class HandshakeReader {
  /** The beginning of a message that goes on in the next record: no larger than twice what has come of it. */
  private pending: Uint8Array = NOTHING
  private filled = 0
  /** Octets of the pending message with its header; of the header alone while it is not whole. */
  private needed = 0
  /** Octets left of a message that is passed over. */
  private passing = 0

  /** @param budget counts messages that are not whole yet */
  constructor(
    private readonly events: MessageEvents,
    private readonly budget: Budget | null = null,
  ) {}

  /** The content of one record. */
  take(buf: Uint8Array, start: number, end: number): void {
    let p = start
    while (p < end) {
      if (this.passing > 0) {
        const n = Math.min(this.passing, end - p)
        this.passing -= n
        p += n
      } else if (this.needed > 0) p = this.fill(buf, p, end)
      else if (end - p < HEADER) this.needed = HEADER
      else p = this.begin(buf, p, end)
    }
  }

  /** Nothing more will come. */
  release(): void {
    this.forget()
  }

  /** The rest of the record is missing: what is there of a message may still tell something. */
  cut(): void {
    if (this.filled > HEADER) this.events.message(this.pending[0]!, this.pending, HEADER, this.filled, false)
    this.forget()
    this.passing = 0
  }

  private begin(buf: Uint8Array, p: number, end: number): number {
    const type = buf[p]!
    const length = u24be(buf, p + 1)
    const body = p + HEADER
    if (length <= end - body) {
      this.events.message(type, buf, body, body + length, true)
      return body + length
    }
    if (READ.has(type) && length <= LONGEST) {
      this.needed = HEADER + length
      if (!this.append(buf, p, end)) this.giveUp()
      return end
    }
    this.events.message(type, buf, body, body, true)
    this.passing = length
    return body
  }

  private fill(buf: Uint8Array, p: number, end: number): number {
    const next = p + Math.min(this.needed - this.filled, end - p)
    if (!this.append(buf, p, next)) {
      this.giveUp()
      return next
    }
    if (this.filled < this.needed) return next
    const { pending } = this
    const type = pending[0]!
    const length = u24be(pending, 1)
    if (this.needed === HEADER && length > 0 && READ.has(type) && length <= LONGEST) {
      this.needed = HEADER + length
      return next
    }
    const bodyEnd = this.needed
    this.forget()
    this.events.message(type, pending, HEADER, bodyEnd, true)
    if (bodyEnd === HEADER) this.passing = length
    return next
  }

  /** The rest of a message is passed over. */
  private giveUp(): void {
    const rest = this.needed - this.filled
    this.cut()
    this.passing = rest
  }

  /** False where the budget does not allow it: the octets are there, but must be let go. */
  private append(buf: Uint8Array, start: number, end: number): boolean {
    let afforded = true
    const filled = this.filled + end - start
    if (filled > this.pending.length) {
      const larger = new Uint8Array(Math.min(this.needed, filled * 2))
      larger.set(this.pending.subarray(0, this.filled))
      afforded = this.budget?.take(larger.length - this.pending.length, null) !== false
      this.pending = larger
    }
    this.pending.set(buf.subarray(start, end), this.filled)
    this.filled = filled
    return afforded
  }

  private forget(): void {
    this.budget?.give(this.pending.length)
    this.pending = NOTHING
    this.filled = this.needed = 0
  }
}
