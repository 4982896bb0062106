import type { Budget } from '../bytes/budget'
import type { Arrival } from '../tcp/stream-reader'
import type { Datagram } from './connection'
import type { LongHeader } from './header'

interface EarlyAnswer {
  readonly header: LongHeader
  readonly datagram: Datagram
  readonly arrival: Arrival
}

/** A server's first flight has one, seldom two. */
const MOST = 4

/** Initial packets of the server that were captured before any of the client, whose id their keys follow from. */
export class EarlyAnswers {
  private held: EarlyAnswer[] = []

  constructor(private readonly budget: Budget) {}

  get some(): boolean {
    return this.held.length > 0
  }

  add(header: LongHeader, d: Datagram, arrival: Arrival): void {
    const length = header.end - header.start
    if (this.held.length >= MOST) return
    if (!this.budget.take(length, d.packet)) return this.budget.give(length)
    const buf = d.buf.slice(header.start, header.end)
    this.held.push({
      header: { ...header, start: 0, body: header.body - header.start, end: length },
      datagram: { ...d, buf, start: 0, end: length, wireEnd: length },
      arrival: { ...arrival },
    })
  }

  /** All of them, once: they are no longer held. */
  take(): readonly EarlyAnswer[] {
    const all = this.held
    this.held = []
    for (const { header } of all) this.budget.give(header.end)
    return all
  }
}
