/**
 * What the exchanges of one connection say together, and what its first and last said: made while facts come in, so that judging
 * joins a row a connection instead of going through all exchanges again.
 */
import type { ExchangeFact } from '../../shared/model/facts'
import type { Table } from './column'
import { bounded, columnwise, double, uint } from './column'
import type { RowTaker } from './row-buffer'

/** Numbers are NaN where they are not known: fields that hold doubles from the start are not boxed anew at every change. */
export class ExchangeSummary {
  authorityLow: string | null = null
  authorityHigh: string | null = null
  agentLow = ''
  agentHigh = ''
  /** Programs with different User-Agents sent requests on it. */
  mixedAgents = false
  /** Exchanges whose request, and whose response, passed a proxy. */
  proxied = 0
  proxyAnswers = 0
  product: string | null = null
  lowestMax = NaN
  advertisedTimeout = NaN
  idleSince = NaN
  absoluteForm = false
  connects = false
  tunnelTarget: string | null = null
  /** The ordinal of the first CONNECT that was answered by 2xx; −1 for none. */
  tunnelOpened = -1
  firstHeaders = -1
  firstRequestAt = NaN
  firstResponseBytes = NaN
  firstMax = NaN
  lastOrdinal = -1
  lastHeaders = -1
  lastRequestPacket: number | null = null
  lastRequestAt = NaN
  lastResponsePacket: number | null = null
  lastStatus: number | null = null
  lastCompleteAt = NaN
  lastComplete = false
  lastCloseDelimited = false
  /** When the exchange before the last was complete. */
  previousCompleteAt = NaN
  /** The longest idle time after which a request was answered all the same. */
  longestIdle = 0
  /** When the first request with credentials was sent; whether one without was sent after that; whether of some it is not known. */
  credentialsSince = NaN
  anonymousAfter = false
  credentialsUnknown = false
  private seen = false
  private agent: string | null = null

  constructor(readonly connection: number) {}

  /** @param headers the number of its set of header values */
  add(fact: ExchangeFact, headers: number): void {
    this.texts(fact)
    this.numbers(fact)
    this.proxies(fact)
    this.credentials(fact)
    if (fact.method === 'CONNECT') this.tunnel(fact)
    if (fact.ordinal === 0) {
      this.firstHeaders = headers
      this.firstRequestAt = fact.requestAt ?? NaN
      this.firstResponseBytes = fact.responseBytes
      this.firstMax = fact.advertised?.max ?? NaN
    }
    // Exchanges of HTTP/2 end in any order: the one before the last may come after it.
    if (fact.ordinal > this.lastOrdinal) {
      this.previousCompleteAt = fact.ordinal === this.lastOrdinal + 1 ? this.lastCompleteAt : NaN
      this.takeLast(fact, headers)
    } else if (fact.ordinal === this.lastOrdinal - 1) this.previousCompleteAt = fact.completeAt ?? NaN
  }

  private texts({ authority, userAgent, serverProduct, target }: ExchangeFact): void {
    const agent = userAgent ?? ''
    if (!this.seen) {
      this.seen = true
      this.agentLow = this.agentHigh = agent
    } else {
      if (agent !== this.agentLow && agent < this.agentLow) this.agentLow = agent
      if (agent !== this.agentHigh && agent > this.agentHigh) this.agentHigh = agent
    }
    if (authority !== null) {
      if (this.authorityLow === null || (authority !== this.authorityLow && authority < this.authorityLow))
        this.authorityLow = authority
      this.authorityHigh = higher(this.authorityHigh, authority)
    }
    if (serverProduct !== null) this.product = higher(this.product, serverProduct)
    if (!this.absoluteForm && target !== null && !target.startsWith('/'))
      this.absoluteForm = target.slice(0, 7).toLowerCase() === 'http://'
  }

  private proxies({ userAgent, forwarded, requestVia, responseVia, forwarding }: ExchangeFact): void {
    if (forwarded || requestVia !== null || forwarding?.sentByProxy === true) this.proxied++
    if (responseVia !== null || forwarding?.answeredByProxy === true) this.proxyAnswers++
    if (userAgent === null || userAgent === this.agent) return
    if (this.agent !== null) this.mixedAgents = true
    this.agent = userAgent
  }

  private numbers({ advertised, requestAt, completeAt, responseAt }: ExchangeFact): void {
    if (advertised !== null) {
      const { max, timeout } = advertised
      if (max !== null && !(max >= this.lowestMax)) this.lowestMax = max
      if (timeout !== null && !(timeout <= this.advertisedTimeout)) this.advertisedTimeout = timeout
    }
    const ended = completeAt ?? responseAt
    if (responseAt !== null && requestAt !== null && requestAt - this.idleSince > this.longestIdle)
      this.longestIdle = requestAt - this.idleSince
    if (ended !== null && !(ended <= this.idleSince)) this.idleSince = ended
  }

  private credentials({ credentials, requestAt }: ExchangeFact): void {
    if (typeof credentials !== 'boolean' || requestAt === null) this.credentialsUnknown = true
    else if (!credentials) this.anonymousAfter ||= requestAt > this.credentialsSince
    else if (!(requestAt >= this.credentialsSince)) this.credentialsSince = requestAt
  }

  private tunnel({ authority, ordinal, status }: ExchangeFact): void {
    this.connects = true
    if (authority !== null) this.tunnelTarget = higher(this.tunnelTarget, authority)
    if (status !== null && status >= 200 && status < 300 && (this.tunnelOpened < 0 || ordinal < this.tunnelOpened))
      this.tunnelOpened = ordinal
  }

  private takeLast(fact: ExchangeFact, headers: number): void {
    this.lastOrdinal = fact.ordinal
    this.lastHeaders = headers
    this.lastRequestPacket = fact.requestPacket
    this.lastRequestAt = fact.requestAt ?? NaN
    this.lastResponsePacket = fact.responsePacket
    this.lastStatus = fact.status
    this.lastCompleteAt = fact.completeAt ?? NaN
    this.lastComplete = fact.complete
    this.lastCloseDelimited = fact.closeDelimited
  }
}

const higher = (a: string | null, b: string): string => (a === null || (a !== b && a < b) ? b : a)

/** The summaries of connections that are still open, each of which is given away when its connection ends. */
export class ExchangeSummaries {
  readonly #taker: RowTaker<ExchangeSummary>
  readonly #open = new Map<number, ExchangeSummary>()
  #recent: ExchangeSummary | null = null

  constructor(taker: RowTaker<ExchangeSummary>) {
    this.#taker = taker
  }

  add(fact: ExchangeFact, headers: number): void {
    let summary = this.#recent?.connection === fact.connection ? this.#recent : this.#open.get(fact.connection)
    if (summary === undefined) this.#open.set(fact.connection, (summary = new ExchangeSummary(fact.connection)))
    this.#recent = summary
    summary.add(fact, headers)
  }

  /** The connection has ended: all its exchanges were given before. */
  ended(connection: number): void {
    const summary = this.#open.get(connection)
    if (summary === undefined) return
    this.#open.delete(connection)
    this.#recent = null
    this.#taker.add(summary)
  }
}

const known = (id: number): number | null => (id < 0 ? null : id)

export const exchangeSummaries: Table<ExchangeSummary> = columnwise('exchange_summaries', [
  { name: 'connection', type: 'INTEGER', of: (r) => r.connection },
  { name: 'authority_low', type: 'VARCHAR', of: (r) => bounded(r.authorityLow) },
  { name: 'authority_high', type: 'VARCHAR', of: (r) => bounded(r.authorityHigh) },
  { name: 'agent_low', type: 'VARCHAR', of: (r) => bounded(r.agentLow) },
  { name: 'agent_high', type: 'VARCHAR', of: (r) => bounded(r.agentHigh) },
  { name: 'mixed_agents', type: 'BOOLEAN', of: (r) => r.mixedAgents },
  { name: 'proxied_exchanges', type: 'DOUBLE', of: (r) => r.proxied },
  { name: 'proxy_answers', type: 'DOUBLE', of: (r) => r.proxyAnswers },
  { name: 'product', type: 'VARCHAR', of: (r) => bounded(r.product) },
  { name: 'lowest_max', type: 'DOUBLE', of: (r) => double(r.lowestMax) },
  { name: 'advertised_timeout', type: 'DOUBLE', of: (r) => double(r.advertisedTimeout) },
  { name: 'idle_since', type: 'DOUBLE', of: (r) => double(r.idleSince) },
  { name: 'absolute_form', type: 'BOOLEAN', of: (r) => r.absoluteForm },
  { name: 'connects', type: 'BOOLEAN', of: (r) => r.connects },
  { name: 'tunnel_target', type: 'VARCHAR', of: (r) => bounded(r.tunnelTarget) },
  { name: 'read_tunnel', type: 'BOOLEAN', of: (r) => r.tunnelOpened >= 0 && r.lastOrdinal > r.tunnelOpened },
  { name: 'first_headers', type: 'INTEGER', of: (r) => known(r.firstHeaders) },
  { name: 'first_request_at', type: 'DOUBLE', of: (r) => double(r.firstRequestAt) },
  { name: 'first_response_bytes', type: 'DOUBLE', of: (r) => double(r.firstResponseBytes) },
  { name: 'first_max', type: 'DOUBLE', of: (r) => double(r.firstMax) },
  { name: 'last_headers', type: 'INTEGER', of: (r) => known(r.lastHeaders) },
  { name: 'last_request_packet', type: 'UINTEGER', of: (r) => uint(r.lastRequestPacket) },
  { name: 'last_request_at', type: 'DOUBLE', of: (r) => double(r.lastRequestAt) },
  { name: 'last_response_packet', type: 'UINTEGER', of: (r) => uint(r.lastResponsePacket) },
  { name: 'last_status', type: 'INTEGER', of: (r) => r.lastStatus },
  { name: 'last_complete', type: 'BOOLEAN', of: (r) => r.lastComplete },
  { name: 'last_close_delimited', type: 'BOOLEAN', of: (r) => r.lastCloseDelimited },
  { name: 'previous_complete_at', type: 'DOUBLE', of: (r) => double(r.previousCompleteAt) },
  { name: 'longest_idle', type: 'DOUBLE', of: (r) => double(r.longestIdle) },
  { name: 'credentials_since', type: 'DOUBLE', of: (r) => double(r.credentialsSince) },
  { name: 'anonymous', type: 'BOOLEAN', of: (r) => Number.isNaN(r.credentialsSince) && !r.credentialsUnknown },
  { name: 'anonymous_after', type: 'BOOLEAN', of: (r) => r.anonymousAfter },
])
