/** The beginning of what carries an unknown protocol: its first bytes choose the layer that reads on. */
import type { Arrival, StreamReader } from '../tcp/stream-reader'
import { TlsConnection } from '../tls/connection'
import { Http1Connection } from './h1/connection'
import { likeRequest } from './h1/start-line'
import { Http2Connection } from './h2/connection'
import { otherEnd, UNREAD } from './layer'
import type { Carriers, End, Layer, LayerHost, Place } from './layer'
import { proxyHeaderLength, recognise } from './recognise'
import type { Recognised } from './recognise'
import { SocksConnection } from './socks'

/** TLS in SOCKS in HTTP/1 in TLS is deep enough. */
const DEEPEST = 6

export class Opening implements Layer {
  readonly streams: readonly [OpeningEnd, OpeningEnd]
  private layer: Layer | null = null

  constructor(
    private readonly host: LayerHost,
    private readonly carriers: Carriers,
    readonly place: Place,
  ) {
    this.streams = [new OpeningEnd(this, 0), new OpeningEnd(this, 1)]
    carriers[0].reader = place.depth > DEEPEST ? UNREAD : this.streams[0]
    carriers[1].reader = place.depth > DEEPEST ? UNREAD : this.streams[1]
  }

  /** The handshake told, perhaps late in the file. */
  clientIs(end: End): void {
    if (this.layer instanceof Http1Connection) this.layer.clientIs(end)
  }

  finish(last: Arrival): void {
    this.streams[0].giveUpWaiting()
    this.streams[1].giveUpWaiting()
    this.layer?.finish(last)
  }

  /** Could this end be the one that opened the connection? */
  mayBeClient(end: End): boolean {
    return this.host.client === null || this.host.client === end
  }

  /** One end's first bytes told. @returns the reader of what it sends */
  decide(end: End, kind: Recognised): StreamReader {
    const { layer } = this
    const http1 = layer === null || layer instanceof Http1Connection ? layer : null
    // What nobody recognised goes to HTTP/1, which looks for messages: until it finds one, the other end may tell better.
    if ((kind === 'other' || kind === 'more') && layer === null)
      this.layer = new Http1Connection(this.host, this.place, (e) => this.decide(e, 'tls'))
    else if (kind !== 'other' && kind !== 'more' && (layer === null || http1?.spoken === false)) {
      http1?.release()
      this.layer = this.create(kind, end)
      // A client may speak HTTP/1 to a server of HTTP/2: its own first bytes are looked at.
      if (kind !== 'h2' || this.streams[otherEnd(end)].decided) this.hand(otherEnd(end))
    }
    return this.hand(end)
  }

  /** A server that speaks nothing but HTTP/2 says so at once; a client that begins with a request of HTTP/1 speaks that all the same. */
  startOver(end: End): void {
    if (!(this.layer instanceof Http2Connection) || this.layer.spoken || this.place.agreed !== null) return
    this.layer = null
    this.host.http2 = null
    this.decide(otherEnd(end), 'other')
  }

  private hand(end: End): StreamReader {
    const reader = this.layer?.streams[end] ?? UNREAD
    this.carriers[end].reader = reader
    this.streams[end].replay(reader)
    return reader
  }

  private create(kind: Exclude<Recognised, 'other' | 'more'>, end: End): Layer {
    const { host, place } = this
    if (kind === 'tls') return new TlsConnection(host, place)
    if (kind === 'h2') return new Http2Connection(host, place)
    return new SocksConnection(host, place, end, kind === 'socks5' ? 5 : 4)
  }
}

/** What one end sent before its protocol was known: a few bytes at most. */
class OpeningEnd implements StreamReader {
  private waiting: Uint8Array | null = null
  private waitingOffset = 0
  private waitingArrival: Arrival | null = null
  private lost: { length: number; readonly offset: number; readonly arrival: Arrival } | null = null
  private proxied = false
  /** Its reader has been found. */
  decided = false

  constructor(
    private readonly opening: Opening,
    private readonly end_: End,
  ) {}

  data(b: Uint8Array, start: number, end: number, offset: number, arrival: Arrival): void {
    const { waiting } = this
    const all = waiting === null ? b : joined(waiting, b, start, end)
    const [from, to] = waiting === null ? [start, end] : [0, all.length]
    const kind = this.kindOf(all, from, to)
    if (kind === 'proxy') {
      const length = proxyHeaderLength(all, from, to)
      if (length > 0) {
        this.waiting = null
        this.proxied = true
        const skip = length - (waiting?.length ?? 0)
        if (start + skip < end) this.data(b, start + skip, end, offset + skip, arrival)
        return
      }
      if (length === 0) return this.wait(b, start, end, offset, arrival)
    }
    if (kind === 'more') return this.wait(b, start, end, offset, arrival)
    if (kind === 'other' && likeRequest(all, from, to) === 'yes') this.opening.startOver(this.end_)
    this.opening.decide(this.end_, kind === 'proxy' ? 'other' : kind).data(b, start, end, offset, arrival)
  }

  missing(length: number, offset: number, lost: boolean, arrival: Arrival): void {
    if (this.waiting !== null) this.opening.decide(this.end_, 'other').missing(length, offset, lost, arrival)
    else if (this.lost === null) this.lost = { length, offset, arrival: { ...arrival } }
    else this.lost.length = offset + length - this.lost.offset
  }

  end(arrival: Arrival): void {
    if (this.waiting !== null) this.opening.decide(this.end_, 'other').end(arrival)
  }

  giveUpWaiting(): void {
    if (this.waiting !== null && !this.decided) this.opening.decide(this.end_, 'other')
  }

  /** Gives what waited to the reader that was found for it. */
  replay(reader: StreamReader): void {
    const { waiting, waitingArrival, lost } = this
    this.decided = true
    this.waiting = this.lost = null
    if (lost !== null) reader.missing(lost.length, lost.offset, true, lost.arrival)
    if (waiting !== null && waitingArrival !== null) reader.data(waiting, 0, waiting.length, this.waitingOffset, waitingArrival)
  }

  private kindOf(b: Uint8Array, start: number, end: number): Recognised {
    if (this.opening.place.agreed !== null) return this.opening.place.agreed
    const kind = recognise(b, start, end)
    if (kind === 'proxy' && this.proxied) return 'other'
    if ((kind === 'socks4' || kind === 'socks5' || kind === 'proxy') && !this.opening.mayBeClient(this.end_)) return 'other'
    return kind
  }

  private wait(b: Uint8Array, start: number, end: number, offset: number, arrival: Arrival): void {
    if (this.waiting === null) {
      this.waitingOffset = offset
      this.waitingArrival = { ...arrival }
      this.waiting = b.slice(start, end)
    } else this.waiting = joined(this.waiting, b, start, end)
  }
}

function joined(first: Uint8Array, b: Uint8Array, start: number, end: number): Uint8Array {
  const all = new Uint8Array(first.length + end - start)
  all.set(first)
  all.set(b.subarray(start, end), first.length)
  return all
}
