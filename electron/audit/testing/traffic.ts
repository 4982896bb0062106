/**
 * Facts in words: connections and exchanges as a test tells them, times in seconds since the start.
 *
 *   traffic().connection({ at: 0 }).exchange({ at: 0.02 }).serverCloses(0.05)
 */
import type {
  Close,
  ConnectionFact,
  ConnectionMark,
  ExchangeFact,
  FactSink,
  Handshake,
  Persistence,
  Side,
  Sighting,
} from '../../../shared/model/facts'
import { bytes, fromSeconds } from '../../../shared/units'

const RTT = 0.02

export interface ConnectionWords {
  /** Its SYN. */
  readonly at: number
  readonly rtt?: number
  /** Part of the round trip that lies between the capture and the client; 0 at the client. */
  readonly clientShare?: number
  readonly client?: string
  readonly server?: string
  readonly port?: number
  readonly marks?: readonly ConnectionMark[]
  readonly midStream?: boolean
  /** Seconds the first SYN was sent before the one that was answered. */
  readonly synWait?: number
  readonly overrides?: Partial<ConnectionFact>
}

export interface ExchangeWords {
  /** First byte of the request. */
  readonly at: number
  /** Until the response's last byte. */
  readonly takes?: number
  readonly request?: string | null
  readonly response?: string | null
  readonly version?: 'HTTP/1.0' | 'HTTP/1.1'
  readonly responseVersion?: 'HTTP/1.0' | 'HTTP/1.1'
  readonly timeout?: number
  readonly max?: number
  readonly host?: string
  readonly agent?: string | null
  readonly product?: string | null
  readonly unanswered?: boolean
  readonly overrides?: Partial<ExchangeFact>
}

export class ConnectionBuilder {
  readonly exchanges: ExchangeFact[] = []
  #close: Close | null = null
  #fin: { client: Sighting | null; server: Sighting | null } = { client: null, server: null }
  #reset: ConnectionFact['reset'] = null
  #lastAt: number

  constructor(
    private readonly traffic: Traffic,
    private readonly id: number,
    private readonly words: ConnectionWords,
  ) {
    this.#lastAt = words.at
  }

  exchange(words: ExchangeWords): this {
    this.exchanges.push(this.#exchange(words))
    this.#lastAt = Math.max(this.#lastAt, words.at + (words.unanswered === true ? 0 : (words.takes ?? RTT)))
    return this
  }

  closes(by: Side, at: number, how: 'fin' | 'rst' = 'fin'): this {
    const seen = this.#seen(at)
    this.#close ??= { ...seen, by, how }
    if (how === 'fin') this.#fin[by] ??= seen
    else this.#reset ??= { ...seen, by }
    this.#lastAt = Math.max(this.#lastAt, at)
    return this
  }

  serverCloses(at: number): this {
    return this.closes('server', at)
  }

  clientCloses(at: number): this {
    return this.closes('client', at)
  }

  connection(words: ConnectionWords): ConnectionBuilder {
    return this.traffic.connection(words)
  }

  fact(): ConnectionFact {
    const { at, client = '10.0.0.2', server = '10.0.0.1', port = 80, marks = [], midStream = false, overrides = {} } = this.words
    const first = this.#seen(at)
    return {
      id: this.id,
      transport: 'tcp',
      client: { ip: client, port: 40000 + (this.id % 20000) },
      server: { ip: server, port },
      sidesKnownBy: midStream ? 'request' : 'syn',
      path: '',
      first,
      last: this.#seen(this.#lastAt),
      packets: { client: 3, server: 3 },
      bytes: { client: bytes(100), server: bytes(1000) },
      handshake: midStream ? null : this.#handshake(),
      retransmissions: 0,
      gaps: marks.includes('gap') ? 1 : 0,
      tls: null,
      application: this.exchanges.length > 0 ? 'http/1' : null,
      close: this.#close,
      fin: this.#fin,
      reset: this.#reset,
      marks: midStream ? ['mid-stream', ...marks] : marks,
      exchangeCount: this.exchanges.length,
      ...overrides,
    }
  }

  #handshake(): Handshake {
    const { at, rtt = RTT, synWait = 0, clientShare = 0 } = this.words
    return {
      complete: true,
      syn: { ...this.#seen(at), count: synWait > 0 ? 2 : 1 },
      synAck: { ...this.#seen(at + synWait + rtt * (1 - clientShare)), count: 1 },
      ack: this.#seen(at + synWait + rtt),
      rtt: fromSeconds(rtt),
      fastOpen: false,
    }
  }

  #exchange(w: ExchangeWords): ExchangeFact {
    const answered = w.unanswered !== true
    const version = w.version ?? 'HTTP/1.1'
    const responseVersion = w.responseVersion ?? version
    const advertised = w.timeout === undefined && w.max === undefined ? null : { timeout: w.timeout ?? null, max: w.max ?? null }
    const sent = this.#seen(w.at)
    const done = this.#seen(w.at + (w.takes ?? RTT))
    return {
      connection: this.id,
      ordinal: this.exchanges.length,
      stream: null,
      version,
      responseVersion: answered ? responseVersion : null,
      method: 'GET',
      authority: w.host ?? 'www.example.com',
      target: '/',
      scheme: 'http',
      requestPacket: sent.packet,
      requestAt: sent.at,
      requestEndAt: sent.at,
      status: answered ? 200 : null,
      responsePacket: answered ? done.packet : null,
      responseAt: answered ? done.at : null,
      completeAt: answered ? done.at : null,
      informational: [],
      requestBytes: bytes(100),
      responseBytes: bytes(answered ? 1000 : 0),
      complete: answered,
      request: persistence(w.request ?? null, version),
      response: answered ? persistence(w.response ?? null, responseVersion) : null,
      advertised,
      closeDelimited: false,
      userAgent: w.agent === undefined ? 'tester/1.0' : w.agent,
      serverProduct: w.product ?? null,
      requestVia: null,
      responseVia: null,
      forwarded: false,
      ...w.overrides,
    }
  }

  #seen(at: number): Sighting {
    return { packet: this.traffic.nextPacket(), at: fromSeconds(at) }
  }
}

function persistence(connection: string | null, version: string): Persistence {
  const says = (token: string): boolean => connection?.toLowerCase().includes(token) ?? false
  return { connection, keepsAlive: !says('close') && (version === 'HTTP/1.1' || says('keep-alive')) }
}

export class Traffic {
  readonly #connections: ConnectionBuilder[] = []
  #packet = 0

  nextPacket(): number {
    return ++this.#packet
  }

  connection(words: ConnectionWords): ConnectionBuilder {
    const builder = new ConnectionBuilder(this, this.#connections.length, words)
    this.#connections.push(builder)
    return builder
  }

  /** Gives everything to a sink: exchanges before their connection, as the engine does. */
  into(sink: FactSink): void {
    for (const builder of this.#connections) {
      for (const exchange of builder.exchanges) sink.exchange(exchange)
      sink.connection(builder.fact())
    }
  }
}

export const traffic = (): Traffic => new Traffic()
