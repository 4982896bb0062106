/** An HTTP/2 connection (RFC 9113): both directions' frames, and the exchanges on its streams. */
import { nanos } from '../../../../shared/units'
import type { Http2Fact } from '../../../../shared/model/facts'
import { u32be } from '../../bytes/read'
import type { Arrival } from '../../tcp/stream-reader'
import { HpackDecoder } from '../hpack/decoder'
import { otherEnd } from '../layer'
import type { End, Layer, LayerHost, Place } from '../layer'
import { readAltSvc, readOrigins, readSettings } from './announcements'
import { Flag, FrameType } from './frame'
import { FrameReader } from './frame-reader'
import type { FrameEvents } from './frame-reader'
import { HeaderBlocks } from './header-blocks'
import type { Block } from './header-blocks'
import { decodeMessage, emptyMessage } from './message'
import type { Message } from './message'
import { Streams } from './streams'
import type { Role } from './streams'

interface Goaway {
  readonly end: End
  readonly packet: number
  readonly at: number
  lastStream: number
  errorCode: number
}

export class Http2Connection implements Layer, FrameEvents {
  readonly streams: readonly [FrameReader, FrameReader] = [new FrameReader(this), new FrameReader(this)]
  private readonly sides: readonly [Sender, Sender]
  private readonly exchanges: Streams
  /** What each end lets the other open. */
  private readonly concurrency: [number | null, number | null] = [null, null]
  private goaway: Goaway | null = null
  private readonly origins = new Set<string>()
  private readonly alternatives = new Set<string>()
  private saidUnknown = false

  constructor(
    private readonly host: LayerHost,
    place: Place,
  ) {
    host.application = 'h2'
    host.http2 = this
    this.sides = [new Sender(0, this, host), new Sender(1, this, host)]
    this.exchanges = new Streams(host, place.scheme)
    const request = place.upgraded?.() ?? null
    if (request !== null) this.exchanges.upgraded(request)
  }

  /** What the connection's ends told each other about it. */
  fact(client: End): Http2Fact {
    const { goaway } = this
    return {
      maxConcurrentStreams: this.concurrency[otherEnd(client)],
      goaway: goaway && {
        by: goaway.end === client ? 'client' : 'server',
        lastStream: goaway.lastStream,
        errorCode: goaway.errorCode,
        packet: goaway.packet,
        at: nanos(goaway.at),
      },
      origins: [...this.origins],
      alternatives: [...this.alternatives],
    }
  }

  /** A stream was seen. */
  get spoken(): boolean {
    return this.exchanges.begun
  }

  finish(last: Arrival): void {
    for (const end of [0, 1] as const) {
      this.streams[end].abandon()
      this.sides[end].blocks.interrupted(last)
      this.sides[end].decoder.release()
    }
    this.exchanges.finish()
  }

  preface(reader: FrameReader): void {
    this.host.clientIs(this.endOf(reader))
  }

  frame(reader: FrameReader, b: Uint8Array | null, start: number, end: number, arrival: Arrival): void {
    const { frame } = reader
    const sender = this.endOf(reader)
    const { blocks } = this.sides[sender]
    if (frame.type === FrameType.continuation) {
      blocks.continue(frame, b, start, end, arrival)
      return
    }
    blocks.interrupted(arrival)
    if (frame.type === FrameType.headers || frame.type === FrameType.pushPromise) blocks.begin(frame, b, start, end, arrival)
    else if (frame.type === FrameType.data)
      this.data(sender, frame.stream, frame.length, (frame.flags & Flag.endStream) !== 0, arrival)
    else if (frame.type === FrameType.rstStream) this.exchanges.cancel(frame.stream, arrival)
    else if (b !== null) this.announcement(sender, reader, b, start, end, arrival)
  }

  cut(reader: FrameReader, received: number): void {
    const { frame } = reader
    if (frame.type === FrameType.data) this.data(this.endOf(reader), frame.stream, received, false, frame)
  }

  lost(reader: FrameReader, why: 'mid-stream' | 'gap' | 'broken', arrival: Arrival): void {
    const { blocks, decoder } = this.sides[this.endOf(reader)]
    blocks.interrupted(arrival)
    decoder.lose(why === 'broken')
    if (why === 'mid-stream') return
    const what = why === 'gap' ? 'Bytes are missing between' : 'Bytes that are no frame stand between'
    this.note(
      'h2-frames-lost',
      `${what} HTTP/2 frames: exchanges may be missing, and the next frames had to be looked for.`,
      arrival,
    )
  }

  givenUp(_reader: FrameReader, arrival: Arrival): void {
    this.note('h2-given-up', 'One direction of an HTTP/2 connection could not be read on: no more frames were found.', arrival)
  }

  /** A header block that one end sent is over. */
  message(sender: End, block: Block, message: Message, arrival: Arrival): void {
    if (message.unknown > 0 && !this.saidUnknown) {
      this.saidUnknown = true
      this.note(
        'hpack-unknown-fields',
        `HTTP/2 header fields ${this.sides[sender].decoder.gaveUp ? 'lie in, or refer to, header sections that could not be read' : 'refer to ones sent where the capture has nothing'}: those exchanges are counted, but parts of them are not known.`,
        arrival,
      )
    }
    if (block.promised > 0) {
      this.learnClient(otherEnd(sender))
      this.exchanges.promise(block, message, arrival)
      return
    }
    if (message.method !== null || message.path !== null) this.learnClient(sender)
    else if (message.status !== null) this.learnClient(otherEnd(sender))
    this.exchanges.headers(this.roleOf(sender, block.stream), block, message, arrival)
  }

  note(code: string, text: string, arrival: Arrival): void {
    this.host.shared.diagnostics.note('warning', code, text, arrival.packet)
  }

  private data(
    sender: End,
    stream: number,
    octets: number,
    endStream: boolean,
    moment: { readonly packet: number; readonly at: number },
  ): void {
    this.exchanges.data(this.roleOf(sender, stream), stream, octets, endStream, moment)
  }

  private announcement(sender: End, reader: FrameReader, b: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const { type, flags } = reader.frame
    if (type === FrameType.settings && (flags & Flag.ack) === 0) {
      const settings = readSettings(b, start, end)
      this.concurrency[sender] = settings.maxConcurrentStreams ?? this.concurrency[sender]
      if (settings.maxFrameSize !== null) this.streams[otherEnd(sender)].largest = settings.maxFrameSize
    } else if (type === FrameType.goaway && end - start >= 8) {
      const lastStream = u32be(b, start) & 0x7fff_ffff
      const errorCode = u32be(b, start + 4)
      // A graceful shutdown says it twice: first that it will come, then which streams are still served (§6.8).
      if (this.goaway === null) this.goaway = { end: sender, packet: arrival.packet, at: arrival.at, lastStream, errorCode }
      else if (this.goaway.end === sender) Object.assign(this.goaway, { lastStream, errorCode })
    } else if (type === FrameType.origin) readOrigins(b, start, end, this.origins)
    else if (type === FrameType.altSvc) readAltSvc(b, start, end, this.alternatives)
  }

  private learnClient(end: End): void {
    if (this.host.client === null) this.host.clientIs(end)
  }

  /** Where nobody is known to be the client: who speaks first on a stream that clients open (§5.1.1) asks. */
  private roleOf(sender: End, stream: number): Role {
    const { client } = this.host
    if (client !== null) return sender === client ? 'request' : 'response'
    return stream % 2 === 1 && !this.exchanges.has(stream) ? 'request' : 'response'
  }

  private endOf(reader: FrameReader): End {
    return reader === this.streams[0] ? 0 : 1
  }
}

/** Header blocks of one end, and the decoder that has read all of them. */
class Sender {
  readonly decoder: HpackDecoder
  readonly blocks: HeaderBlocks

  constructor(
    private readonly end: End,
    private readonly connection: Http2Connection,
    host: LayerHost,
  ) {
    this.decoder = new HpackDecoder(host.shared.texts.common, host.shared.budget)
    this.blocks = new HeaderBlocks(this)
  }

  block(
    block: Block,
    b: Uint8Array | null,
    start: number,
    end: number,
    why: 'lost' | 'malformed' | 'too-long' | null,
    arrival: Arrival,
  ): void {
    if (b === null) {
      this.decoder.lose(why !== 'lost')
      if (why !== 'lost') this.say(why === 'too-long', arrival)
      this.connection.message(this.end, block, { ...emptyMessage(), fields: 1, unknown: 1 }, arrival)
      return
    }
    const { message, sound, tooLong } = decodeMessage(this.decoder, b, start, end)
    if (!sound || tooLong) this.say(tooLong, arrival)
    if (!sound) message.unknown++
    this.connection.message(this.end, block, message, arrival)
  }

  private say(tooLong: boolean, arrival: Arrival): void {
    if (tooLong)
      this.connection.note(
        'h2-headers-too-long',
        'An HTTP/2 header section is longer than anything real and was not read to its end.',
        arrival,
      )
    else
      this.connection.note('hpack-broken', 'An HTTP/2 header block does not follow RFC 7541: what it says may be wrong.', arrival)
  }
}
