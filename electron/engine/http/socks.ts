/** SOCKS 4, 4A and 5 (RFC 1928, RFC 1929): what is said before the tunnel stands is skipped, and what it carries is read. */
import type { Arrival, StreamReader } from '../tcp/stream-reader'
import { UNREAD } from './layer'
import type { Carrier, End, Layer, LayerHost, Place } from './layer'

export class SocksConnection implements Layer {
  readonly streams: readonly [SocksEnd, SocksEnd]
  private readonly inside: Layer

  constructor(host: LayerHost, place: Place, client: End, version: 4 | 5) {
    const [asks, answers] = version === 5 ? [CLIENT_5, SERVER_5] : [CLIENT_4, SERVER_4]
    this.streams = client === 0 ? [new SocksEnd(asks), new SocksEnd(answers)] : [new SocksEnd(answers), new SocksEnd(asks)]
    if (host.client === null) host.clientIs(client)
    host.application = 'tunnel'
    this.inside = host.open(this.streams, { ...place, depth: place.depth + 1 })
  }

  finish(last: Arrival): void {
    this.inside.finish(last)
  }
}

/**
 * The length of the message that begins m, and whether it is the last one: 0 while it is not whole, −1 if it is none.
 * `step` counts the messages before it.
 */
type Grammar = (m: Uint8Array, step: number) => { readonly length: number; readonly last: boolean }

const MORE = { length: 0, last: false }
const WRONG = { length: -1, last: false }
const whole = (m: Uint8Array, length: number, last: boolean): { length: number; last: boolean } =>
  m.length < length ? MORE : { length, last }

const CLIENT_5: Grammar = (m, step) => {
  if (m.length < 2) return MORE
  if (step === 0) return whole(m, 2 + m[1]!, false)
  // User name and password (RFC 1929 §2).
  if (m[0] === 1) {
    const password = 2 + m[1]!
    return m.length <= password ? MORE : whole(m, password + 1 + m[password]!, false)
  }
  return m[0] === 5 ? addressed(m) : WRONG
}

const SERVER_5: Grammar = (m, step) => {
  if (m.length < 2) return MORE
  // The method chosen, or the answer to the password.
  if (step === 0) return m[0] === 5 ? whole(m, 2, m[1] === 0xff) : WRONG
  if (m[0] === 1) return whole(m, 2, false)
  return m[0] === 5 ? addressed(m) : WRONG
}

const CLIENT_4: Grammar = (m) => {
  if (m.length < 9) return MORE
  const userEnd = m.indexOf(0, 8)
  if (userEnd < 0) return MORE
  // 0.0.0.x with x ≠ 0: a host name follows (SOCKS 4A).
  if (m[4] !== 0 || m[5] !== 0 || m[6] !== 0 || m[7] === 0) return whole(m, userEnd + 1, true)
  const hostEnd = m.indexOf(0, userEnd + 1)
  return hostEnd < 0 ? MORE : whole(m, hostEnd + 1, true)
}

const SERVER_4: Grammar = (m) => whole(m, 8, true)

/** A request or reply of SOCKS 5: four octets, an address, a port (RFC 1928 §4). */
function addressed(m: Uint8Array): { length: number; last: boolean } {
  if (m.length < 5) return MORE
  if (m[3] === 1) return whole(m, 10, true)
  if (m[3] === 4) return whole(m, 22, true)
  return m[3] === 3 ? whole(m, 7 + m[4]!, true) : WRONG
}

/** Two names of 255 octets and what is around them. */
const LONGEST = 1024

class SocksEnd implements StreamReader, Carrier {
  reader: StreamReader = UNREAD
  private pending: Uint8Array | null = new Uint8Array(0)
  private step = 0

  constructor(private readonly grammar: Grammar) {}

  data(b: Uint8Array, start: number, end: number, offset: number, arrival: Arrival): void {
    const before = this.pending
    if (before === null) return this.reader.data(b, start, end, offset, arrival)
    let m = new Uint8Array(before.length + end - start)
    m.set(before)
    m.set(b.subarray(start, end), before.length)
    for (;;) {
      const { length, last } = this.grammar(m, this.step)
      if (length === 0 && m.length <= LONGEST) {
        this.pending = m
        return
      }
      if (length <= 0) {
        this.pending = null
        return
      }
      m = m.subarray(length)
      this.step++
      if (!last) continue
      this.pending = null
      const from = end - m.length
      if (m.length > 0) this.reader.data(b, from, end, offset + from - start, arrival)
      return
    }
  }

  missing(length: number, offset: number, lost: boolean, arrival: Arrival): void {
    this.pending = null
    this.reader.missing(length, offset, lost, arrival)
  }

  end(arrival: Arrival): void {
    if (this.pending === null) this.reader.end(arrival)
  }
}
