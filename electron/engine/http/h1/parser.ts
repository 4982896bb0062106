/**
 * One direction of an HTTP/1 connection, cut into messages (RFC 9112 §6). Bodies are counted and skipped, never kept;
 * a head is read in place when a segment holds all of it.
 */
import type { Budget } from '../../bytes/budget'
import type { Arrival, StreamReader } from '../../tcp/stream-reader'
import { UNREAD } from '../layer'
import { beginsTls } from '../recognise'
import type { Carrier } from '../layer'
import { parseRequest, parseResponse } from './head'
import type { RequestHead, ResponseHead, Texts } from './head'
import { ChunkSize } from './chunk-size'
import { HeadCache } from './head-cache'
import { endOfHead } from './head-end'
import type { Beginning, MessageEvents, Role } from './message-events'
import { HeldBack } from './held-back'
import { PartialHead } from './partial-head'
import { isCutRequest, isSimpleRequest, likeRequest, likeResponse } from './start-line'
import type { Likeness } from './start-line'
import { contentOrRequest } from './withheld'

const REQUESTS = new HeadCache<RequestHead>()
const RESPONSES = new HeadCache<ResponseHead>()

const State = {
  /** Looking at the start of each segment for something like a message. */
  hunt: 0,
  start: 1,
  head: 2,
  length: 3,
  chunkSize: 4,
  chunkData: 5,
  chunkEnd: 6,
  trailer: 7,
  untilClose: 8,
  tunnel: 9,
  /** A head announced content that its sender may withhold. */
  announced: 10,
  /** A tunnel was asked for: what comes is a message only where it is refused. */
  asked: 11,
} as const
type State = (typeof State)[keyof typeof State]

const NOTHING = new Uint8Array(0)
const CR = 0x0d
const LF = 0x0a
/** Servers refuse heads beyond 8 to 64 KiB; nothing real is longer than this. */
const LONGEST_HEAD = 256 << 10
/** Waits for the rest of what may be a request line, or for the answer to CONNECT: a ClientHello with early data, and more. */
const MOST_UNDECIDED = 64 << 10
const MOST_BEFORE_TUNNEL = 256 << 10

export class MessageParser implements StreamReader, Carrier {
  role: Role | null = null
  /** Who reads what a tunnel carries. */
  reader: StreamReader = UNREAD
  private state: State = State.hunt
  private readonly began: Beginning = { offset: 0, packet: 0, at: NaN, acknowledged: -1 }
  /** Octets left of a body of known length, or of a chunk. */
  private remaining = 0
  private readonly chunkSize = new ChunkSize()
  private lineLength = 0
  /** A head that lies in several segments. */
  private readonly partial: PartialHead
  /** Offset behind the last byte seen: the end of a message without a length of its own. */
  private reached = 0
  /** Nothing has been read yet: a message is as likely here as anywhere. */
  private fresh = true
  /** The start line in the partial head has been found whole and good. */
  private startLineSeen = false
  private readonly held: HeldBack
  /** How the content that may be withheld would be read, and where the head before it ended. */
  private contentState: State = State.length
  private headEnd = 0
  private headArrival: Arrival | null = null

  constructor(
    private readonly events: MessageEvents,
    private readonly texts: Texts,
    budget: Budget,
  ) {
    this.partial = new PartialHead(budget)
    this.held = new HeldBack(budget)
  }

  /** Is a message under way or expected right here, rather than being looked for? */
  get inStep(): boolean {
    return this.state !== State.hunt
  }

  get inMessage(): boolean {
    return this.state >= State.head && this.state !== State.tunnel
  }

  /** What is left of a body, or of a chunk. */
  get onlyCounted(): number {
    if (this.state === State.length || this.state === State.chunkData) return this.remaining
    return this.state === State.untilClose ? Infinity : 0
  }

  tunnel(): void {
    this.state = State.tunnel
    this.partial.clear()
  }

  /** What came before its reader was known is given to it. */
  giveHeld(): void {
    this.readOn(State.tunnel)
  }

  /** The tunnel was refused: what its client sent meanwhile are messages. */
  noTunnel(): void {
    if (this.state === State.asked) this.readOn(State.start)
  }

  data(b: Uint8Array, start: number, end: number, offset: number, arrival: Arrival): void {
    const shift = offset - start
    this.reached = end + shift
    let p = start
    while (p < end) {
      switch (this.state) {
        case State.hunt:
          if (b[p] === CR || b[p] === LF) {
            p++
            break
          }
          if (!this.looksLikeStart(b, p, end)) {
            this.beginSimple(p + shift, arrival)
            this.fresh = false
            if (beginsTls(b, p, end)) this.events.tlsBegins(this)?.data(b, p, end, p + shift, arrival)
            return
          }
          this.state = State.start
          break
        case State.start:
          // Empty lines before a start line are to be ignored (RFC 9112 §2.2).
          if (b[p] === CR || b[p] === LF) {
            p++
            break
          }
          if (!this.looksLikeStart(b, p, end)) {
            this.state = State.hunt
            return
          }
          this.fresh = false
          this.begin(p + shift, arrival)
          this.state = State.head
          break
        case State.head:
          p = this.readHead(b, p, end, shift, arrival)
          break
        case State.length: {
          const n = Math.min(this.remaining, end - p)
          this.remaining -= n
          p += n
          if (this.remaining === 0) this.finish(p + shift, true, arrival)
          break
        }
        case State.chunkSize:
          p = this.readChunkSize(b, p, end, arrival, shift)
          break
        case State.chunkData: {
          const n = Math.min(this.remaining, end - p)
          this.remaining -= n
          p += n
          if (this.remaining === 0) this.state = State.chunkEnd
          break
        }
        case State.chunkEnd:
          if (b[p] === LF) this.expectChunk()
          p++
          break
        case State.trailer:
          p = this.readTrailer(b, p, end, arrival, shift)
          break
        case State.untilClose:
          p = end
          break
        case State.tunnel:
          this.reader.data(b, p, end, p + shift, arrival)
          p = end
          break
        case State.announced:
          if (this.tellsContent(b, p, end, p + shift, arrival)) break
          return
        case State.asked:
          if (!this.held.add(b, p, end, p + shift, arrival) || this.held.size > MOST_BEFORE_TUNNEL) this.readOn(State.start)
          return
      }
    }
  }

  missing(length: number, offset: number, lost: boolean, arrival: Arrival): void {
    const { state } = this
    this.reached = offset + length
    if ((state === State.length || state === State.chunkData) && length <= this.remaining) {
      this.remaining -= length
      if (this.remaining > 0) return
      if (state === State.chunkData) this.state = State.chunkEnd
      else this.finish(offset + length, true, arrival)
      return
    }
    if (state === State.announced || state === State.asked) return this.missingUndecided(length, offset, lost, arrival)
    if (state === State.tunnel) this.reader.missing(length, offset, lost, arrival)
    if (state === State.untilClose || state === State.tunnel) return
    if (state === State.hunt) {
      if (this.role !== null) this.events.lost(this, offset)
      return
    }
    if (state === State.head && !lost && this.takeCutHead(arrival)) return
    if (state === State.head || state === State.start) this.events.lost(this, state === State.head ? this.began.offset : offset)
    else {
      // The message ended somewhere in what is missing, and others may have come after it.
      this.finish(offset, false, arrival)
      this.events.lost(this, offset)
    }
    this.state = State.hunt
    this.partial.clear()
  }

  end(arrival: Arrival): void {
    if (this.state === State.untilClose) this.finish(this.reached, true, arrival)
    else if (this.state === State.tunnel) this.reader.end(arrival)
  }

  /** Nothing more will come: a message under way stays unfinished. */
  abandon(arrival: Arrival): void {
    if (this.state === State.asked) this.readOn(State.start)
    if (this.state === State.announced) {
      if (this.held.length > 0) this.settleContent(this.holdsRequest())
      else this.withhold(this.events.refused(this))
    }
    if (this.state >= State.length && this.state !== State.tunnel) this.finish(this.reached, false, arrival)
    this.state = State.hunt
    this.partial.clear()
  }

  /** Takes what waits for the empty line that ends a head, where it is a request of HTTP/0.9: that is one line (RFC 1945 §4.1). */
  takeSimpleRequest(): boolean {
    const { buf, length, arrival } = this.partial
    if (this.role !== 'request' || this.state !== State.head || buf === null || !isSimpleRequest(buf, length)) return false
    this.takeHead(buf, 0, length, 0, this.reached, arrival)
    return true
  }

  /** A response of HTTP/0.9: all that comes until the close (RFC 1945 §6). */
  private beginSimple(offset: number, arrival: Arrival): void {
    if (!this.fresh || this.role !== 'response') return
    this.begin(offset, arrival)
    if (this.events.simpleResponse(this, this.began, arrival)) this.state = State.untilClose
  }

  private begin(offset: number, { packet, at, acknowledged }: Arrival): void {
    const { began } = this
    began.offset = offset
    began.packet = packet
    began.at = at
    began.acknowledged = acknowledged
  }

  /** Half a start line is taken for one where a message is due or the stream begins; elsewhere it must be whole. */
  private looksLikeStart(b: Uint8Array, p: number, end: number): boolean {
    const like = this.likeness(b, p, end)
    return like === 'yes' || (like !== 'no' && (this.fresh || this.state === State.start))
  }

  private likeness(b: Uint8Array, p: number, end: number): Likeness {
    if (this.role === 'request') return likeRequest(b, p, end)
    const response = likeResponse(b, p, end)
    return this.role === 'response' || response !== 'no' ? response : likeRequest(b, p, end)
  }

  private readHead(b: Uint8Array, p: number, end: number, shift: number, arrival: Arrival): number {
    const { partial } = this
    if (partial.buf === null) {
      const headEnd = endOfHead(b, p, end)
      if (headEnd > 0) return this.takeHead(b, p, headEnd, headEnd, headEnd + shift, arrival)
      this.startLineSeen = false
      if (!partial.add(b, p, end, arrival)) this.giveUpHead()
      return end
    }
    const before = partial.length
    if (!partial.add(b, p, end, arrival)) {
      this.giveUpHead()
      return end
    }
    // Looked at again when its line ends or grows too long, and at its very beginning: not at every octet of a long one.
    if (!this.startLineSeen && (before < 64 || partial.length > 65_536 || b.subarray(p, end).includes(LF))) {
      const like = this.likeness(partial.buf, 0, partial.length)
      this.startLineSeen = like === 'yes' || like === 'bare'
      if (like === 'no') {
        this.state = State.hunt
        partial.clear()
        return end
      }
    }
    const headEnd = endOfHead(partial.buf, Math.max(0, before - 3), partial.length)
    if (headEnd > 0) {
      const next = p + headEnd - before
      return this.takeHead(partial.buf, 0, headEnd, next, next + shift, arrival)
    }
    if (partial.length > LONGEST_HEAD) {
      this.events.tooLong(arrival)
      this.giveUpHead()
    }
    return end
  }

  /** The head will not be known: to the pairing it is as if the capture lacked it. */
  private giveUpHead(): void {
    this.events.lost(this, this.began.offset)
    this.state = State.hunt
    this.partial.clear()
  }

  /** @returns where to go on in the segment */
  private takeHead(b: Uint8Array, start: number, end: number, next: number, endOffset: number, arrival: Arrival): number {
    const head =
      this.role === 'request'
        ? REQUESTS.get(b, start, end, parseRequest, this.texts)
        : this.role === 'response'
          ? RESPONSES.get(b, start, end, parseResponse, this.texts)
          : (parseResponse(b, start, end, this.texts) ?? parseRequest(b, start, end, this.texts))
    this.partial.clear()
    if (head === null) {
      this.state = State.hunt
      return next
    }
    if (this.role === null) {
      this.role = head.kind
      this.events.decided(this, head.kind)
    }
    const body = this.events.head(this, head, this.began, endOffset, arrival)
    switch (body.kind) {
      case 'none':
        this.finish(endOffset, true, arrival)
        break
      case 'unknown':
        this.finish(endOffset, false, arrival)
        this.state = State.hunt
        break
      case 'length':
        this.remaining = body.length
        this.state = State.length
        if (body.length === 0) this.finish(endOffset, true, arrival)
        break
      case 'chunked':
        this.expectChunk()
        break
      case 'until-close':
        this.state = State.untilClose
        break
      case 'asked':
        this.finish(endOffset, true, arrival)
        this.state = State.asked
        break
      case 'tunnel':
        this.finish(endOffset, true, arrival)
        this.state = State.tunnel
        break
    }
    if (head.kind === 'request' && head.expectsContinue && (this.state === State.length || this.state === State.chunkSize)) {
      this.contentState = this.state
      this.headEnd = endOffset
      this.headArrival = { ...arrival }
      this.state = State.announced
    }
    return next
  }

  /** A head that the snapshot length cut still tells its start line and the fields before the cut, though not where it ends. */
  private takeCutHead(arrival: Arrival): boolean {
    const { buf, length } = this.partial
    if (buf === null || (this.likeness(buf, 0, length) !== 'yes' && !isCutRequest(buf, length))) return false
    this.takeHead(buf, 0, length, 0, this.reached, arrival)
    if (this.state !== State.start && this.state !== State.hunt && this.state !== State.tunnel)
      this.finish(this.reached, false, arrival)
    // The next request begins with a segment; a response may go on for many.
    if (this.state !== State.tunnel) this.state = this.role === 'request' ? State.start : State.hunt
    return true
  }

  /** Finds out what follows a head that lets its client wait with the content. False where that needs more than has come. */
  private tellsContent(b: Uint8Array, start: number, end: number, offset: number, arrival: Arrival): boolean {
    const { held } = this
    const pieces = held.length > 0
    if (!pieces && !this.events.mayWithhold(this, arrival)) {
      this.state = this.contentState
      return true
    }
    const octets = held.with(b, start, end)
    const announced = this.contentState === State.length ? this.remaining : -1
    const kind = contentOrRequest(octets, announced, pieces)
    if (kind === 'more') {
      if (held.add(b, start, end, offset, arrival) && held.size <= MOST_UNDECIDED) return false
      this.settleContent(this.holdsRequest())
      return false
    }
    this.settleContent(kind === 'request')
    return true
  }

  /** No more will come to tell: the request line has to. */
  private holdsRequest(): boolean {
    const held = this.held.with(NOTHING, 0, 0)
    return contentOrRequest(held, -1, true) === 'request' || isCutRequest(held, held.length)
  }

  private settleContent(withheld: boolean): void {
    if (withheld) this.withhold(true)
    this.readOn(withheld ? State.start : this.contentState)
  }

  /** The request ended with its head. */
  private withhold(whole: boolean): void {
    if (this.headArrival !== null) this.finish(this.headEnd, whole, this.headArrival)
  }

  /** What was held back is read. */
  private readOn(state: State): void {
    const { reached } = this
    this.state = state
    this.held.replay(this)
    this.reached = reached
  }

  /** Bytes are missing where content, a request or a tunnel may begin. */
  private missingUndecided(length: number, offset: number, lost: boolean, arrival: Arrival): void {
    if (this.state === State.asked) this.readOn(State.start)
    else if (this.held.length > 0 || !this.events.mayWithhold(this, arrival)) {
      this.settleContent(this.holdsRequest())
    } else {
      this.withhold(false)
      this.state = State.hunt
    }
    this.missing(length, offset, lost, arrival)
  }

  private expectChunk(): void {
    this.state = State.chunkSize
    this.chunkSize.begin()
  }

  private readChunkSize(b: Uint8Array, start: number, end: number, arrival: Arrival, shift: number): number {
    const { chunkSize } = this
    const next = chunkSize.read(b, start, end)
    if (next < 0) return chunkSize.brokenAt < 0 ? end : this.broken(end, chunkSize.brokenAt + shift, arrival)
    this.remaining = chunkSize.value
    if (chunkSize.value > 0) this.state = State.chunkData
    else {
      this.state = State.trailer
      this.lineLength = 0
    }
    return next
  }

  private broken(end: number, offset: number, arrival: Arrival): number {
    this.finish(offset, false, arrival)
    this.state = State.hunt
    return end
  }

  private readTrailer(b: Uint8Array, start: number, end: number, arrival: Arrival, shift: number): number {
    for (let p = start; p < end; p++) {
      if (b[p] === LF) {
        if (this.lineLength === 0) {
          this.finish(p + 1 + shift, true, arrival)
          return p + 1
        }
        this.lineLength = 0
      } else if (b[p] !== CR) this.lineLength++
    }
    return end
  }

  private finish(endOffset: number, whole: boolean, arrival: Arrival): void {
    this.state = State.start
    this.events.over(this, Math.max(0, endOffset - this.began.offset), whole, arrival)
  }
}
