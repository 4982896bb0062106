/** What a connection carries: both directions' readers, and what they agree on. */
import type { Application, FactSink } from '../../../shared/model/facts'
import { TextCache } from '../bytes/text'
import type { Diagnostics } from '../capture/diagnostics'
import type { Arrival, StreamReader } from '../tcp/direction'
import { Exchanges } from './h1/exchanges'
import type { Head, RequestHead, ResponseHead, Texts } from './h1/head'
import { MessageParser } from './h1/parser'
import type { Beginning, Body, MessageEvents, Role } from './h1/parser'

/** What all conversations of a capture share. */
export class SharedReaders {
  readonly texts: Texts = { common: new TextCache() }
  constructor(
    readonly sink: FactSink,
    readonly diagnostics: Diagnostics,
  ) {}
}

const NONE: Body = { kind: 'none' }
const CHUNKED: Body = { kind: 'chunked' }
const UNTIL_CLOSE: Body = { kind: 'until-close' }
const TUNNEL: Body = { kind: 'tunnel' }

export class Conversation implements MessageEvents {
  application: Application = 'unknown'
  /** Who sent requests; null until a message told. */
  client: 0 | 1 | null = null
  private readonly parsers: readonly [MessageParser, MessageParser]
  private readonly exchanges: Exchanges

  constructor(
    connection: number,
    private readonly shared: SharedReaders,
  ) {
    this.parsers = [new MessageParser(this, shared.texts), new MessageParser(this, shared.texts)]
    this.exchanges = new Exchanges(connection, shared.sink)
  }

  get exchangeCount(): number {
    return this.exchanges.count
  }

  /** The reader of what one end sends. */
  stream(end: 0 | 1): StreamReader {
    return this.parsers[end]
  }

  clientIs(end: 0 | 1): void {
    this.client = end
    this.parsers[end].role = 'request'
    this.parsers[end === 0 ? 1 : 0].role = 'response'
  }

  finish(last: Arrival): void {
    this.parsers[0].abandon(last)
    this.parsers[1].abandon(last)
    this.exchanges.finish()
  }

  decided(parser: MessageParser, role: Role): void {
    const speaker = parser === this.parsers[0] ? 0 : 1
    this.clientIs(role === 'request' ? speaker : speaker === 0 ? 1 : 0)
  }

  head(parser: MessageParser, head: Head, began: Readonly<Beginning>, end: number, arrival: Arrival): Body {
    if (this.application === 'unknown') this.application = 'http/1'
    if (head.kind === 'request') {
      this.exchanges.requestHead(head, began, end, arrival)
      return requestBody(head)
    }
    let body: Body = NONE
    const framing = (request: RequestHead | null): boolean => {
      body = responseBody(head, request)
      return body.kind === 'until-close'
    }
    const request = this.exchanges.responseHead(head, began, framing, arrival)
    if (head.status < 200 && head.status !== 101) return NONE
    if (body.kind === 'tunnel') {
      this.application = tunnelled(head, request)
      const other = this.parsers[parser === this.parsers[0] ? 1 : 0]
      other.tunnel()
    }
    return body
  }

  over(parser: MessageParser, length: number, whole: boolean, arrival: Arrival): void {
    if (parser.role === 'request') this.exchanges.requestOver(length, whole, arrival)
    else this.exchanges.responseOver(length, whole, arrival)
  }

  lost(parser: MessageParser, from: number): void {
    if (parser.role === 'request') this.exchanges.requestsLost()
    else this.exchanges.responsesLost(from)
  }

  tooLong(arrival: Arrival): void {
    this.shared.diagnostics.note('warning', 'head-too-long', 'An HTTP message head is longer than 256 KiB and was given up.', arrival.packet)
  }
}

/** RFC 9112 §6.3 for requests: chunked, a length, or nothing. */
function requestBody(head: RequestHead): Body {
  if (isChunked(head.transferEncoding)) return CHUNKED
  return head.contentLength > 0 ? { kind: 'length', length: head.contentLength } : NONE
}

/** RFC 9112 §6.3 for responses, in the order of its rules. */
function responseBody(head: ResponseHead, request: RequestHead | null): Body {
  const { status } = head
  if (status === 101) return TUNNEL
  if (request?.method === 'HEAD' || status === 204 || status === 304) return NONE
  if (request?.method === 'CONNECT' && status >= 200 && status < 300) return TUNNEL
  if (head.transferEncoding !== null) return isChunked(head.transferEncoding) ? CHUNKED : UNTIL_CLOSE
  return head.contentLength >= 0 ? { kind: 'length', length: head.contentLength } : UNTIL_CLOSE
}

const isChunked = (transferEncoding: string | null): boolean => transferEncoding !== null && /(?:^|[\s,])chunked\s*$/.test(transferEncoding)

function tunnelled(head: ResponseHead, request: RequestHead | null): Application {
  if (head.status !== 101) return 'tunnel'
  const protocol = (head.upgrade ?? request?.upgrade ?? '').toLowerCase()
  if (protocol.includes('websocket')) return 'websocket'
  return protocol.includes('h2c') ? 'h2' : 'tunnel'
}
