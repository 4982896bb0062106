/**
 * Requests meet their responses: final responses come in the order of their requests (RFC 9112 §9.3.2). Where the capture
 * lacks bytes, what each side had acknowledged when it spoke tells which request a response can belong to.
 */
import { bytes, nanos } from '../../../../shared/units'
import type { ExchangeFact } from '../../../../shared/model/facts'
import type { Arrival } from '../../tcp/stream-reader'
import type { LayerHost, Place, UpgradedRequest } from '../layer'
import { connectionAuthOf, hasCredentials } from '../authentication'
import { forwardingOf } from '../forwarding'
import { keepAliveOf, persistenceOf } from './head'
import type { Fields, RequestHead, ResponseHead } from './head'
import type { Beginning } from './message-events'
import { wordsOfMarks } from '../product-marks'

interface Pending {
  readonly ordinal: number
  request: RequestHead | null
  requestPacket: number | null
  requestAt: number | null
  /** Offsets of the request's start and of its head's end, and what the client had received when it sent it. */
  headEnd: number
  acknowledged: number
  requestEndAt: number | null
  requestBytes: number
  requestOver: boolean
  requestWhole: boolean
  response: ResponseHead | null
  responsePacket: number | null
  responseAt: number | null
  /** Offset of the response's start, and what the server had received when it sent it. */
  responseStart: number
  responseAcknowledged: number
  completeAt: number | null
  responseBytes: number
  responseOver: boolean
  responseWhole: boolean
  closeDelimited: boolean
  informational: number[]
}

const MOST_PENDING = 10_000
const MOST_ORPHANS = 64
const MOST_INFORMATIONAL = 16
const CONTINUE = 100

export class Exchanges {
  private pending: Pending[] = []
  /** Responses whose request has not been seen: it may come later in the file, or be missing. */
  private orphans: Pending[] = []
  private sending: Pending | null = null
  private receiving: Pending | null = null
  /** Where the last gap in each direction began; −1 for none since. */
  private requestGap = false
  /** The exchange whose 101 response switched to a protocol that answers it anew. */
  private upgrading: Pending | null = null
  private responseGapAt = -1

  constructor(
    private readonly host: LayerHost,
    private readonly scheme: Place['scheme'],
  ) {}

  requestHead(head: RequestHead, began: Readonly<Beginning>, headEnd: number, arrival: Arrival): void {
    const orphan = this.orphans.length === 0 ? undefined : this.answered(headEnd, began.acknowledged)
    const exchange = orphan ?? this.empty()
    exchange.request = head
    exchange.requestPacket = arrival.packet
    exchange.requestAt = began.at
    exchange.headEnd = headEnd
    exchange.acknowledged = began.acknowledged
    this.sending = exchange
    if (orphan === undefined) {
      if (this.pending.length >= MOST_PENDING) this.emit(this.pending.shift()!)
      this.pending.push(exchange)
      return
    }
    this.orphans.splice(this.orphans.indexOf(orphan), 1)
  }

  requestOver(length: number, whole: boolean, arrival: Arrival): void {
    const exchange = this.sending
    if (exchange === null) return
    this.sending = null
    exchange.requestBytes = length
    exchange.requestOver = true
    exchange.requestWhole = whole
    exchange.requestEndAt = arrival.at
    this.settle(exchange)
  }

  /**
   * May the client have gone on without the content of the request it is sending? Not after 100 (Continue), and not before the
   * server said anything. What it said may come later in the file; that the client has received it shows all the same.
   */
  mayWithhold({ acknowledged }: Arrival): boolean {
    const { sending } = this
    if (sending === null || sending.informational.includes(CONTINUE)) return false
    return sending.response !== null || (sending.acknowledged >= 0 && acknowledged > sending.acknowledged)
  }

  /** Has the request that is being sent its final response, and no 100 (Continue) before it? */
  get refused(): boolean {
    const { sending } = this
    if (sending === null || sending.informational.includes(CONTINUE)) return false
    return sending.response !== null
  }

  /** Does the request whose head came last still wait for its response? */
  get unanswered(): boolean {
    return this.sending !== null && this.sending.response === null
  }

  /** The request that the next final response answers; null where none is waiting. */
  responseHead(
    head: ResponseHead,
    began: Readonly<Beginning>,
    closeDelimited: (request: RequestHead | null) => boolean,
    arrival: Arrival,
  ): RequestHead | null {
    if (head.status >= 100 && head.status < 200 && head.status !== 101) {
      const waiting = this.waiting(began)
      if (waiting !== null && waiting.informational.length < MOST_INFORMATIONAL) waiting.informational.push(head.status)
      this.receiving = null
      return waiting?.request ?? null
    }
    const exchange = this.take(began) ?? this.orphan()
    exchange.response = head
    exchange.responsePacket = arrival.packet
    exchange.responseAt = began.at
    exchange.responseStart = began.offset
    exchange.responseAcknowledged = began.acknowledged
    exchange.closeDelimited = closeDelimited(exchange.request)
    this.receiving = exchange
    return exchange.request
  }

  responseOver(length: number, whole: boolean, arrival: Arrival): void {
    const exchange = this.receiving
    if (exchange === null) return
    this.receiving = null
    exchange.responseBytes = length
    exchange.responseOver = true
    exchange.responseWhole = whole
    exchange.completeAt = arrival.at
    this.settle(exchange)
  }

  /** The response under way switches to HTTP/2, whose stream 1 answers the same request: it is kept until that takes it. */
  upgrade(): void {
    this.upgrading = this.receiving
  }

  /** The exchange that {@link upgrade} kept is another's from now on. */
  takeUpgraded(): UpgradedRequest | null {
    const exchange = this.upgrading
    this.upgrading = null
    if (exchange === null) return null
    this.forget(exchange)
    return {
      ordinal: exchange.ordinal,
      head: exchange.request,
      packet: exchange.requestPacket,
      at: exchange.requestAt,
      endAt: exchange.requestEndAt,
      bytes: exchange.requestBytes,
      whole: exchange.requestWhole,
    }
  }

  requestsLost(): void {
    this.requestGap = true
  }

  responsesLost(from: number): void {
    if (this.responseGapAt < 0) this.responseGapAt = from
  }

  /** The connection is over: what has no answer stays without one. */
  finish(): void {
    const { upgrading } = this
    this.upgrading = null
    if (upgrading !== null && !this.orphans.includes(upgrading)) this.emit(upgrading)
    for (const exchange of [...this.orphans, ...this.pending]) this.emit(exchange)
    if (this.receiving !== null && !this.orphans.includes(this.receiving)) this.emit(this.receiving)
    if (this.sending?.responseOver === true) this.emit(this.sending)
    this.orphans = []
    this.pending = []
    this.receiving = this.sending = null
  }

  /** The oldest request that this response can answer, taken from the line. */
  private take(began: Readonly<Beginning>): Pending | null {
    const waiting = this.waiting(began)
    if (waiting !== null) this.pending.shift()
    this.responseGapAt = -1
    return waiting
  }

  private waiting(began: Readonly<Beginning>): Pending | null {
    if (this.responseGapAt >= 0) {
      // The client went on to the next request having received part of the gap: the answer to the one before lies in it.
      for (
        let next = this.pending[1];
        next !== undefined && next.acknowledged > this.responseGapAt && next.acknowledged <= began.offset;
        next = this.pending[1]
      ) {
        this.emit(this.pending.shift()!)
      }
    }
    const first = this.pending[0]
    if (first === undefined) return null
    // The server had not received this request when it spoke: it answers one that the capture lacks.
    if (this.requestGap && began.acknowledged >= 0 && began.acknowledged < first.headEnd) return null
    return first
  }

  /**
   * The response that came before its request in the file: the server had received the request, and the client had not
   * received the response. Where requests are missing, several that the server sent at once fit as well as each other: then none.
   */
  private answered(headEnd: number, received: number): Pending | undefined {
    const [first, second] = this.orphans.filter((o) => o.responseAcknowledged >= headEnd && o.responseStart >= received)
    if (this.requestGap && first?.responseAcknowledged === second?.responseAcknowledged) return undefined
    return first
  }

  private orphan(): Pending {
    const exchange = this.empty()
    if (this.orphans.length >= MOST_ORPHANS) this.emit(this.orphans.shift()!)
    this.orphans.push(exchange)
    return exchange
  }

  private empty(): Pending {
    return {
      ordinal: this.host.nextOrdinal(),
      request: null,
      requestPacket: null,
      requestAt: null,
      headEnd: 0,
      acknowledged: -1,
      requestEndAt: null,
      requestBytes: 0,
      requestOver: false,
      requestWhole: false,
      response: null,
      responsePacket: null,
      responseAt: null,
      responseStart: -1,
      responseAcknowledged: -1,
      completeAt: null,
      responseBytes: 0,
      responseOver: false,
      responseWhole: false,
      closeDelimited: false,
      informational: [],
    }
  }

  private settle(exchange: Pending): void {
    if (exchange === this.upgrading) return
    if (exchange.requestOver && exchange.responseOver && !this.orphans.includes(exchange)) this.emit(exchange)
  }

  private forget(e: Pending): void {
    if (this.receiving === e) this.receiving = null
    if (this.sending === e) this.sending = null
    const orphan = this.orphans.length === 0 ? -1 : this.orphans.indexOf(e)
    if (orphan >= 0) this.orphans.splice(orphan, 1)
  }

  private emit(e: Pending): void {
    this.forget(e)
    this.host.shared.sink.exchange(factOf(this.host.connection, this.scheme, e))
  }
}

function factOf(connection: number, scheme: Place['scheme'], e: Pending): ExchangeFact {
  const { request, response } = e
  const proxied = request !== null && isForProxy(request)
  return {
    connection,
    ordinal: e.ordinal,
    stream: null,
    version: request?.version ?? response?.version ?? 'HTTP/1.1',
    responseVersion: response?.version ?? null,
    method: request?.method ?? null,
    authority: request === null ? null : authorityOf(request),
    target: request?.target ?? null,
    scheme,
    requestPacket: e.requestPacket,
    requestAt: e.requestAt === null ? null : nanos(e.requestAt),
    requestEndAt: e.requestEndAt === null ? null : nanos(e.requestEndAt),
    status: response === null || response.status === 0 ? null : response.status,
    responsePacket: e.responsePacket,
    responseAt: e.responseAt === null ? null : nanos(e.responseAt),
    completeAt: e.completeAt === null || !e.responseWhole ? null : nanos(e.completeAt),
    informational: e.informational,
    requestBytes: bytes(e.requestBytes),
    responseBytes: bytes(e.responseBytes),
    complete: e.requestWhole && e.responseWhole,
    request: request === null ? null : persistenceOf(request.version, connectionField(request, proxied)),
    response: response === null ? null : persistenceOf(response.version, connectionField(response, proxied)),
    advertised: keepAliveOf(response?.keepAlive ?? null),
    closeDelimited: e.closeDelimited,
    userAgent: request?.userAgent ?? null,
    serverProduct: response?.server ?? null,
    requestVia: request?.via ?? null,
    responseVia: response?.via ?? null,
    forwarded: request?.forwarded ?? false,
    requestMarks: wordsOfMarks(request?.marks ?? 0),
    responseMarks: wordsOfMarks(response?.marks ?? 0),
    credentials: request === null ? null : hasCredentials(request.authentication),
    connectionAuth: response === null ? null : connectionAuthOf(response.status, response.authentication),
    forwarding: forwardingOf(request?.forwarding ?? null, response?.forwarding ?? null),
  }
}

/** CONNECT and absolute-form: only proxies are asked so (RFC 9112 §3.2). */
const isForProxy = ({ method, target }: RequestHead): boolean =>
  method === 'CONNECT' || (!target.startsWith('/') && /^https?:\/\//i.test(target))

/** The Connection field; between client and proxy Proxy-Connection where it is missing. */
const connectionField = ({ connection, proxyConnection }: Fields, proxied: boolean): string | null =>
  connection ?? (proxied ? proxyConnection : null)

/** Host, unless the target itself names the authority (RFC 9112 §3.2.2, §3.2.3). */
function authorityOf({ method, target, host }: RequestHead): string | null {
  if (method === 'CONNECT' && (host === null || target.includes(':'))) return target
  if (target.startsWith('/')) return host
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)
  return absolute?.[1]?.replace(/^.*@/, '') ?? host
}
