/** HTTP/2 as Node speaks it, written down octet by octet; and our reading of such octets without TCP around them. */
import { connect, createServer } from 'node:http2'
import type { ClientHttp2Session, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream, SessionOptions } from 'node:http2'
import type { Diagnostic, ExchangeFact, FactSink, Http2Fact } from '../../../shared/model/facts'
import { Budget } from '../bytes/budget'
import { TextCache } from '../bytes/text'
import { Diagnostics } from '../capture/diagnostics'
import { Http2Connection } from '../http/h2/connection'
import type { End, LayerHost, Place, Shared } from '../http/layer'
import { KeyLog } from '../tls/keylog'
import { line } from './line'
import type { Piece } from './line'

export type { Piece } from './line'

export interface SessionScript {
  readonly server?: SessionOptions
  readonly client?: SessionOptions
  onSession?(session: ServerHttp2Session): void
  serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void
  /** Resolves when the client has all it wanted. */
  ask(session: ClientHttp2Session): Promise<void>
}

/** Holds a session between Node's own client and server, and gives all that went over the line. */
export async function recordSession(script: SessionScript): Promise<readonly Piece[]> {
  const pieces: Piece[] = []
  const [clientEnd, serverEnd] = line(pieces)
  const server = createServer(script.server ?? {})
  server.on('stream', (stream, headers) => script.serve(stream, headers))
  server.on('session', (session) => {
    session.on('error', () => undefined)
    script.onSession?.(session)
  })
  server.emit('connection', serverEnd)
  const session = connect('http://shop.example:8080', { ...script.client, createConnection: () => clientEnd })
  session.on('error', () => undefined)
  await script.ask(session)
  if (!session.destroyed) {
    await new Promise<void>((resolve) => {
      session.once('close', resolve)
      session.close()
    })
  }
  await new Promise((resolve) => setImmediate(resolve))
  return pieces
}

/** Sends one request and waits for all of its response. */
export function fetchOver(session: ClientHttp2Session, headers: IncomingHttpHeaders, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined })
    let status = 0
    stream.on('response', (fields) => (status = Number(fields[':status'])))
    stream.on('error', reject)
    stream.on('close', () => resolve(status))
    stream.resume()
    if (body !== undefined) stream.end(body)
  })
}

export interface Http2Reading {
  /** In the order of their ordinals. */
  readonly exchanges: readonly ExchangeFact[]
  readonly diagnostics: readonly Diagnostic[]
  readonly fact: Http2Fact
  readonly client: End | null
}

/** A reading in progress: pieces are packets 1, 2, 3 … at 1 ms, 2 ms, 3 ms … */
export class Http2Reader {
  readonly layer: Http2Connection
  private readonly host: LayerHost
  private packet = 0
  private readonly offsets: [number, number] = [0, 0]
  /** In the order in which they were given. */
  readonly given: ExchangeFact[] = []
  /** Exchanges that had their ordinal before. */
  adopted = 0
  private readonly diagnostics: Diagnostic[] = []
  private ordinals = 0

  constructor(client: End | null = null, place: Partial<Place> = {}) {
    const sink: FactSink = {
      exchange: (fact) => void this.given.push(fact),
      diagnostic: (fact) => void this.diagnostics.push(fact),
      connection: () => undefined,
    }
    const diagnostics = new Diagnostics(sink)
    const budget = new Budget(diagnostics)
    const shared: Shared = { sink, diagnostics, texts: { common: new TextCache() }, keys: new KeyLog(), budget }
    const host: LayerHost & { client: End | null } = {
      shared,
      connection: 0,
      client,
      clientIs(end) {
        this.client = end
      },
      application: 'unknown',
      tls: null,
      http2: null,
      nextOrdinal: () => this.ordinals++,
      open: () => {
        throw new Error('nothing is opened inside HTTP/2')
      },
    }
    this.host = host
    this.layer = new Http2Connection(host, { scheme: 'http', depth: 0, agreed: null, ...place })
  }

  data(end: End, data: Uint8Array): this {
    const arrival = { packet: ++this.packet, at: this.packet * 1e6, acknowledged: -1 }
    this.layer.streams[end].data(data, 0, data.length, this.offsets[end], arrival)
    this.offsets[end] += data.length
    return this
  }

  missing(end: End, length: number): this {
    const arrival = { packet: ++this.packet, at: this.packet * 1e6, acknowledged: -1 }
    this.layer.streams[end].missing(length, this.offsets[end], true, arrival)
    this.offsets[end] += length
    return this
  }

  finish(): Http2Reading {
    this.layer.finish({ packet: this.packet, at: this.packet * 1e6, acknowledged: -1 })
    if (this.given.length !== this.ordinals + this.adopted)
      throw new Error(`${this.ordinals} exchanges were counted, ${this.given.length} were given`)
    const exchanges = [...this.given].sort((a, b) => a.ordinal - b.ordinal)
    return { exchanges, diagnostics: this.diagnostics, fact: this.layer.fact(this.host.client ?? 0), client: this.host.client }
  }
}

export function readPieces(pieces: readonly Piece[]): Http2Reading {
  const reader = new Http2Reader()
  for (const { end, data } of pieces) reader.data(end, data)
  return reader.finish()
}

/** A frame, made by hand. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array | readonly number[] = []): Uint8Array {
  const header = Buffer.alloc(9)
  header.writeUIntBE(payload.length, 0, 3)
  header[3] = type
  header[4] = flags
  header.writeUInt32BE(stream, 5)
  return new Uint8Array(Buffer.concat([header, Buffer.from(payload)]))
}
