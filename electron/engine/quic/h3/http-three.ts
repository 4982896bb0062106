/** HTTP/3 (RFC 9114) on one connection: its streams become exchanges. */
import type { Shared } from '../../http/layer'
import { exchangeFact, newStream } from '../../http/h2/stream'
import type { Stream } from '../../http/h2/stream'
import { Direction } from '../../tcp/direction'
import type { Arrival, StreamReader } from '../../tcp/stream-reader'
import { QpackDecoder } from '../qpack/decoder'
import { CLIENT, otherRole, SERVER } from '../role'
import type { Role } from '../role'
import { BlockedSections } from './blocked-sections'
import { Pushes, PushStream } from './pushes'
import { OneWayStream, StreamType } from './one-way-stream'
import { StreamHalf } from './request-stream'
import { SettingsReader } from './settings'

/** Streams open at once: beyond, the oldest is given as it is. */
const MOST_OPEN = 10_000
/** Each side needs three of its own; others are for extensions and greasing. */
const MOST_ONE_WAY = 256

interface Exchange {
  readonly stream: Stream
  readonly halves: readonly [StreamHalf, StreamHalf]
  /** A push whose promise, on another stream, is still to come: it may come after all of the push. */
  unpromised: boolean
}

export class HttpThree {
  private readonly open = new Map<number, Exchange>()
  private readonly oneWay = new Map<number, Direction>()
  private readonly pushes = new Pushes()
  private readonly decoders: readonly [QpackDecoder, QpackDecoder]
  private readonly blocked: BlockedSections
  /** Request streams below are over: what still comes of them was sent again. */
  private readonly past = new PastStreams()

  constructor(
    private readonly connection: number,
    private readonly shared: Shared,
    private readonly nextOrdinal: () => number,
  ) {
    const { common } = shared.texts
    this.blocked = new BlockedSections(shared.budget)
    this.decoders = [new QpackDecoder(common, shared.budget), new QpackDecoder(common, shared.budget)]
  }

  /** Bytes of a STREAM frame, in whatever order they come. */
  stream(
    role: Role,
    id: number,
    buf: Uint8Array,
    start: number,
    length: number,
    offset: number,
    fin: boolean,
    arrival: Arrival,
  ): void {
    const direction = this.directionOf(role, id)
    if (direction === null) return
    if (length > 0) direction.segment(offset, buf, start, start + length, length, arrival)
    if (fin) direction.finish(offset + length, arrival)
  }

  /** RESET_STREAM: that side sends no more. */
  reset(role: Role, id: number, arrival: Arrival): void {
    this.open.get(id)?.halves[role].end(false, arrival)
  }

  finish(last: Arrival): void {
    for (const { halves } of this.open.values()) for (const { direction } of halves) direction.flush(last)
    for (const direction of this.oneWay.values()) direction.flush(last)
    this.blocked.flush()
    for (const exchange of [...this.open.values()]) this.emit(exchange)
    for (const decoder of this.decoders) decoder.release()
  }

  private directionOf(role: Role, id: number): Direction | null {
    const byServer = id % 2 === 1
    if (id % 4 >= 2) return byServer === (role === SERVER) ? this.oneWayOf(role, id) : null
    // The server opens no bidirectional streams (RFC 9114 §6.1).
    return byServer ? null : (this.exchangeOf(id)?.halves[role].direction ?? null)
  }

  private exchangeOf(id: number): Exchange | null {
    const known = this.open.get(id)
    if (known !== undefined) return known
    if (this.past.has(id / 4)) return null
    return this.begin(id)
  }

  private begin(id: number): Exchange {
    if (this.open.size >= MOST_OPEN) this.emit(this.open.values().next().value!)
    const stream = newStream(id, this.nextOrdinal())
    const half = (role: Role): StreamHalf =>
      new StreamHalf(
        role,
        stream,
        role === CLIENT ? stream.request : stream.response,
        this.decoders[role],
        this.blocked,
        () => this.settle(exchange),
        this.shared.budget,
        (pushId, request) => this.pushes.promised(pushId, request),
      )
    const exchange: Exchange = { stream, halves: [half(CLIENT), half(SERVER)], unpromised: false }
    this.open.set(id, exchange)
    return exchange
  }

  private settle(exchange: Exchange): void {
    if (!exchange.unpromised && exchange.halves[CLIENT].over && exchange.halves[SERVER].over) this.emit(exchange)
  }

  private emit({ stream, halves }: Exchange): void {
    if (!this.open.delete(stream.id)) return
    for (const half of halves) half.release()
    if (stream.id % 4 === 0) this.past.add(stream.id / 4)
    const fact = exchangeFact(this.connection, 'https', stream)
    this.shared.sink.exchange({ ...fact, version: 'HTTP/3', responseVersion: fact.responseVersion === null ? null : 'HTTP/3' })
  }

  private oneWayOf(role: Role, id: number): Direction | null {
    let direction = this.oneWay.get(id)
    if (direction === undefined) {
      if (this.oneWay.size >= MOST_ONE_WAY) return null
      direction = new Direction(new OneWayStream((type) => this.readerOf(role, type, id)), this.shared.budget)
      this.oneWay.set(id, direction)
    }
    return direction
  }

  private readerOf(role: Role, type: number, id: number): StreamReader | null {
    if (type === StreamType.push)
      return role === SERVER ? new PushStream((pushId, arrival) => this.push(id, pushId, arrival)) : null
    if (type === StreamType.control) {
      // What a side allows counts for the table of what the other sends.
      const { table } = this.decoders[otherRole(role)]
      return new SettingsReader((capacity) => (table.allowed = capacity))
    }
    return type === StreamType.qpackEncoder ? this.instructionsOf(this.decoders[role]) : null
  }

  /** A response without a request of its own (RFC 9114 §4.6): the promise stands for it. */
  private push(id: number, pushId: number, arrival: Arrival): StreamReader {
    const exchange = this.begin(id)
    const { stream, halves } = exchange
    halves[CLIENT].end(true, arrival)
    exchange.unpromised = this.pushes.begun(pushId, stream.request, () => {
      exchange.unpromised = false
      this.settle(exchange)
    })
    return halves[SERVER].frames
  }

  private instructionsOf(decoder: QpackDecoder): StreamReader {
    return {
      data: (buf, start, end) => {
        decoder.instructions(buf, start, end)
        this.blocked.retry()
      },
      missing: () => {
        decoder.lose()
        this.blocked.retry()
      },
      end: () => undefined,
    }
  }
}

/** Which request streams are over: all below a number, and some above it. */
class PastStreams {
  private below = 0
  private readonly above = new Set<number>()

  has(number: number): boolean {
    return number < this.below || this.above.has(number)
  }

  add(number: number): void {
    this.above.add(number)
    while (this.above.delete(this.below)) this.below++
    // Numbers that never came would keep it growing: those far behind are over as well.
    if (this.above.size > MOST_OPEN) {
      for (const n of this.above) if (n >= this.below) this.below = n + 1
      this.above.clear()
    }
  }
}
