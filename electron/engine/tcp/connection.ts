import { bytes, nanos } from '../../../shared/units'
import type {
  Close,
  ConnectionFact,
  ConnectionMark,
  Endpoint,
  FactSink,
  Side,
  SidesKnownBy,
  Sighting,
} from '../../../shared/model/facts'
import { Conversation } from '../http/conversation'
import { UNREAD } from '../http/layer'
import type { Shared } from '../http/layer'
import { Direction } from './direction'
import type { Arrival } from './direction'
import { HandshakeRecord } from './handshake'

/** Which of a flow's two endpoints: the first or the second of its key. */
export type End = 0 | 1

/**
 * One incarnation of a 4-tuple: its handshake, both directions of its stream, what they carry, and its end.
 * Kept in a list by last activity (`older`, `newer`) so that the tracker can let the quietest go.
 */
export class TcpConnection {
  readonly handshake = new HandshakeRecord()
  readonly conversation: Conversation
  readonly directions: readonly [Direction, Direction]
  /** VLAN and tunnel path of each endpoint's packets; −1 until one was seen. */
  readonly paths: [number, number] = [-1, -1]
  /** Number in the flow table, and the next connection with the same endpoints on another path. */
  entry = -1
  sibling: TcpConnection | null = null
  older: TcpConnection | null = null
  newer: TcpConnection | null = null
  lastPacket = 0
  duplicates = 0
  lastAt = 0
  close: (Sighting & { readonly end: End; readonly how: 'fin' | 'rst' }) | null = null
  reset: (Sighting & { readonly end: End }) | null = null
  /** Which endpoint is the client, and how that is known. */
  client: End | null = null
  private knownBy: SidesKnownBy = 'port'

  constructor(
    readonly id: number,
    readonly addressLength: 4 | 16,
    private readonly firstPacket: number,
    private readonly firstAt: number,
    shared: Shared,
  ) {
    this.directions = [new Direction(UNREAD, shared.budget), new Direction(UNREAD, shared.budget)]
    this.conversation = new Conversation(id, shared, this.directions)
  }

  /** The handshake says who is the client: it is not overruled by what they say later. */
  clientIs(end: End): void {
    this.client = end
    this.knownBy = 'syn'
    this.conversation.clientIs(end)
  }

  /** Both sides have closed, or one reset: only stragglers can follow. */
  isOver(): boolean {
    return this.reset !== null || (this.directions[0].fin !== null && this.directions[1].fin !== null)
  }

  /** Delivers what waits behind holes, ends both streams and tells the sink of the connection. */
  finish(sink: FactSink, endpoints: readonly [Endpoint, Endpoint], path: string): void {
    const last: Arrival = { packet: this.lastPacket, at: this.lastAt, acknowledged: -1 }
    this.directions[0].flush(last)
    this.directions[1].flush(last)
    this.conversation.finish(last)
    sink.connection(this.fact(endpoints, path))
  }

  private fact(endpoints: readonly [Endpoint, Endpoint], path: string): ConnectionFact {
    this.settleSides(endpoints)
    const client = this.client ?? 0
    const server = client === 0 ? 1 : 0
    const [a, b] = [this.directions[client], this.directions[server]]
    const side = (end: End): Side => (end === client ? 'client' : 'server')
    const close: Close | null = this.close && {
      by: side(this.close.end),
      how: this.close.how,
      packet: this.close.packet,
      at: this.close.at,
    }
    const { application, exchangeCount } = this.conversation
    return {
      id: this.id,
      transport: 'tcp',
      client: endpoints[client],
      server: endpoints[server],
      sidesKnownBy: this.knownBy,
      path,
      first: { packet: this.firstPacket, at: nanos(this.firstAt) },
      last: { packet: this.lastPacket, at: nanos(this.lastAt) },
      packets: { client: a.packets, server: b.packets },
      bytes: { client: bytes(a.bytes), server: bytes(b.bytes) },
      handshake: this.handshake.fact(),
      retransmissions: a.retransmissions + b.retransmissions,
      duplicates: this.duplicates,
      gaps: a.gaps + b.gaps,
      tls: this.conversation.tls?.fact(client) ?? null,
      application: a.bytes + b.bytes === 0 ? null : application,
      http2: this.conversation.http2?.fact(client) ?? null,
      close,
      fin: { client: a.fin, server: b.fin },
      reset: this.reset && { by: side(this.reset.end), packet: this.reset.packet, at: this.reset.at },
      marks: this.marks(a, b),
      exchangeCount,
    }
  }

  private settleSides([first, second]: readonly [Endpoint, Endpoint]): void {
    if (this.client !== null) return
    const spoken = this.conversation.client
    if (spoken !== null) {
      this.client = spoken
      this.knownBy = 'request'
      return
    }
    // Servers listen on the lower port almost always; with equal ports whoever was seen first is taken for the client.
    this.client = first.port !== second.port ? (first.port > second.port ? 0 : 1) : this.firstSender
  }

  /** Who sent the first packet. */
  firstSender: End = 0

  private marks(client: Direction, server: Direction): ConnectionMark[] {
    const marks: ConnectionMark[] = []
    if (!this.handshake.hasSyn && !this.handshake.hasSynAck) marks.push('mid-stream')
    if ((client.packets === 0 || server.packets === 0) && client.packets + server.packets > 2) marks.push('one-sided')
    if (client.gaps + server.gaps > 0) marks.push('gap')
    if (client.truncated || server.truncated) marks.push('truncated')
    if (this.close === null) marks.push('unfinished')
    return marks
  }
}
