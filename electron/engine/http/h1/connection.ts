/** An HTTP/1 connection: both directions' messages, and what they agree on about how each ends. */
import type { Application } from '../../../../shared/model/facts'
import type { Arrival, StreamReader } from '../../tcp/stream-reader'
import { otherEnd } from '../layer'
import type { End, Layer, LayerHost, Place } from '../layer'
import { Exchanges } from './exchanges'
import { SIMPLE_RESPONSE } from './head'
import type { Head, RequestHead, ResponseHead } from './head'
import { MessageParser } from './parser'
import type { Beginning, Body, MessageEvents, Role } from './message-events'

const NONE: Body = { kind: 'none' }
const UNKNOWN: Body = { kind: 'unknown' }
const CHUNKED: Body = { kind: 'chunked' }
const UNTIL_CLOSE: Body = { kind: 'until-close' }
const TUNNEL: Body = { kind: 'tunnel' }
const ASKED: Body = { kind: 'asked' }

export class Http1Connection implements Layer, MessageEvents {
  readonly streams: readonly [MessageParser, MessageParser]
  /** A message was seen. */
  spoken = false
  private readonly exchanges: Exchanges
  /** What a CONNECT tunnel or an upgraded connection carries. */
  private inside: Layer | null = null

  constructor(
    private readonly host: LayerHost,
    private readonly place: Place,
    /** TLS takes over what an end sends from here on. */
    private readonly goOverToTls: (end: End) => StreamReader | null = () => null,
  ) {
    const { texts, budget } = host.shared
    this.streams = [new MessageParser(this, texts, budget), new MessageParser(this, texts, budget)]
    this.exchanges = new Exchanges(host, place.scheme)
    if (host.client !== null) this.clientIs(host.client)
  }

  clientIs(end: End): void {
    this.streams[end].role = 'request'
    this.streams[otherEnd(end)].role = 'response'
  }

  finish(last: Arrival): void {
    this.streams[0].abandon(last)
    this.streams[1].abandon(last)
    this.exchanges.finish()
    this.inside?.finish(last)
  }

  /** It was another protocol after all: nothing more is read, and nothing kept. */
  release(): void {
    for (const stream of this.streams) {
      stream.tunnel()
      stream.giveHeld()
    }
  }

  decided(parser: MessageParser, role: Role): void {
    const speaker = this.endOf(parser)
    const client = role === 'request' ? speaker : otherEnd(speaker)
    this.clientIs(client)
    this.host.clientIs(client)
  }

  head(parser: MessageParser, head: Head, began: Readonly<Beginning>, end: number, arrival: Arrival): Body {
    if (!this.spoken) {
      this.spoken = true
      this.host.application = 'http/1'
    }
    if (head.kind === 'request') {
      this.exchanges.requestHead(head, began, end, arrival)
      const body = requestBody(head)
      return body === NONE && head.method === 'CONNECT' && this.exchanges.unanswered ? ASKED : body
    }
    this.streams[otherEnd(this.endOf(parser))].takeSimpleRequest()
    let body: Body = NONE
    const framing = (request: RequestHead | null): boolean => {
      body = responseBody(head, request)
      return body.kind === 'until-close'
    }
    const request = this.exchanges.responseHead(head, began, framing, arrival)
    if (head.status >= 100 && head.status < 200 && head.status !== 101) return NONE
    if (body.kind === 'tunnel') this.tunnel(parser, tunnelled(head, request))
    else if (request?.method === 'CONNECT') this.streams[otherEnd(this.endOf(parser))].noTunnel()
    return body
  }

  simpleResponse(parser: MessageParser, began: Readonly<Beginning>, arrival: Arrival): boolean {
    if (!this.streams[otherEnd(this.endOf(parser))].takeSimpleRequest()) return false
    this.exchanges.responseHead(SIMPLE_RESPONSE, began, () => true, arrival)
    return true
  }

  over(parser: MessageParser, length: number, whole: boolean, arrival: Arrival): void {
    if (parser.role === 'request') this.exchanges.requestOver(length, whole, arrival)
    else this.exchanges.responseOver(length, whole, arrival)
  }

  mayWithhold(_parser: MessageParser, arrival: Arrival): boolean {
    return this.exchanges.mayWithhold(arrival)
  }

  refused(): boolean {
    return this.exchanges.refused
  }

  lost(parser: MessageParser, from: number): void {
    if (parser.role === 'request') this.exchanges.requestsLost()
    else this.exchanges.responsesLost(from)
  }

  tooLong(arrival: Arrival): void {
    this.host.shared.diagnostics.note(
      'warning',
      'head-too-long',
      'An HTTP message head is longer than 256 KiB and was given up.',
      arrival.packet,
    )
  }

  tlsBegins(parser: MessageParser): StreamReader | null {
    const end = this.endOf(parser)
    const isClient = this.host.client === null || this.host.client === end
    return this.spoken || !isClient ? null : this.goOverToTls(end)
  }

  /** From here on another protocol is spoken. */
  private tunnel(parser: MessageParser, application: Application): void {
    this.host.application = application
    const asking = this.streams[otherEnd(this.endOf(parser))]
    asking.tunnel()
    if (application === 'websocket') return asking.giveHeld()
    const { scheme, depth } = this.place
    const place: Place = { scheme, depth: depth + 1, agreed: application === 'h2' ? 'h2' : null }
    if (application !== 'h2') this.inside = this.host.open(this.streams, place)
    else {
      this.exchanges.upgrade()
      this.inside = this.host.open(this.streams, { ...place, upgraded: () => this.exchanges.takeUpgraded() })
    }
    asking.giveHeld()
  }

  private endOf(parser: MessageParser): End {
    return parser === this.streams[0] ? 0 : 1
  }
}

/** RFC 9112 §6.3 for requests: chunked, a length, or nothing; lengths that differ cannot be recovered from (rule 5). */
function requestBody(head: RequestHead): Body {
  if (isChunked(head.transferEncoding)) return CHUNKED
  if (head.conflictingLength) return UNKNOWN
  return head.contentLength > 0 ? { kind: 'length', length: head.contentLength } : NONE
}

/** RFC 9112 §6.3 for responses, in the order of its rules. */
function responseBody(head: ResponseHead, request: RequestHead | null): Body {
  const { status } = head
  if (status === 101) return TUNNEL
  if (request?.method === 'HEAD' || status === 204 || status === 304) return NONE
  if (request?.method === 'CONNECT' && status >= 200 && status < 300) return TUNNEL
  if (head.transferEncoding !== null) return isChunked(head.transferEncoding) ? CHUNKED : UNTIL_CLOSE
  if (head.conflictingLength) return UNKNOWN
  return head.contentLength >= 0 ? { kind: 'length', length: head.contentLength } : UNTIL_CLOSE
}

const isChunked = (transferEncoding: string | null): boolean =>
  transferEncoding !== null && /(?:^|[\s,])chunked\s*$/.test(transferEncoding)

function tunnelled(head: ResponseHead, request: RequestHead | null): Application {
  if (head.status !== 101) return 'tunnel'
  const protocol = (head.upgrade ?? request?.upgrade ?? '').toLowerCase()
  if (protocol.includes('websocket')) return 'websocket'
  return protocol.includes('h2c') ? 'h2' : 'tunnel'
}
