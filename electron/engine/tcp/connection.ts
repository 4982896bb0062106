import { bytes, nanos } from '../../../shared/units'
import type { Nanos } from '../../../shared/units'
import type {
  Close,
  ConnectionFact,
  ConnectionMark,
  Endpoint,
  FactSink,
  Side,
  SidesKnownBy,
  Sighting,
  TcpFact,
} from '../../../shared/model/facts'
import { Conversation } from '../http/conversation'
import { UNREAD } from '../http/layer'
import type { Shared } from '../http/layer'
import { Direction } from './direction'
import type { Arrival } from './stream-reader'
import { HandshakeRecord } from './handshake'

const SYN = 2
const ACK = 16

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
  lastAt = NaN
  /** The connection with the same endpoints before this one. */
  samePortsAs: number | null = null
  /** Which endpoint is the client, and how that is known. */
  client: End | null = null
  private knownBy: SidesKnownBy = 'port'
  /** The window scale in each end's SYN; null until it was seen, −1 where it has none. */
  private readonly windowScales: [number | null, number | null] = [null, null]

  constructor(
    readonly id: number,
    readonly addressLength: 4 | 16,
    private readonly firstPacket: number,
    private readonly firstAt: number,
    private readonly shared: Shared,
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
    const [a, b] = this.directions
    return a.reset !== null || b.reset !== null || (a.fin !== null && b.fin !== null)
  }

  /** An end's SYN told its window scale, or that it has none (−1): both must have one for either to count (RFC 7323 §2.2). */
  scales(end: End, scale: number): void {
    this.windowScales[end] = scale
    const [a, b] = this.windowScales
    if (a === -1 || b === -1) this.directions[0].window.shift = this.directions[1].window.shift = 0
    else if (a !== null && b !== null) {
      // What the first end receives is limited by the first end's windows.
      this.directions[1].window.shift = a
      this.directions[0].window.shift = b
    }
  }

  /**
   * Does this segment of `end` acknowledge, with nothing else to say, all that the other end has sent so far and not been told of: the
   * SYN, or data? A keep-alive probe acknowledges as much, but comes when nothing else does, and lies before what its sender sends next.
   */
  isAnswered(end: End, flags: number, length: number, sequence: number, acknowledgment: number): boolean {
    const { handshake } = this
    if (flags === (SYN | ACK)) return handshake.awaitsSynAck && handshake.acknowledges(acknowledgment)
    const other = this.directions[end === 0 ? 1 : 0]
    return flags === ACK && length === 0 && this.directions[end].sendsNext(sequence) && other.awaits(acknowledgment)
  }

  /** Before its SYN is answered a client takes no reset but one that acknowledges it (RFC 9293 §3.10.7.3). */
  mayBeResetBy(end: End, flags: number, acknowledgment: number): boolean {
    const { handshake } = this
    if (this.client === null || this.client === end || !handshake.hasSyn || handshake.hasSynAck || handshake.opening !== null)
      return true
    return this.directions[end].bytes > 0 || ((flags & ACK) !== 0 && handshake.acknowledges(acknowledgment))
  }

  /** Delivers what waits behind holes, ends both streams and tells the sink of the connection. */
  finish(sink: FactSink, endpoints: readonly [Endpoint, Endpoint], path: string): void {
    const last: Arrival = { packet: this.lastPacket, at: this.lastAt, acknowledged: -1 }
    this.directions[0].flush(last)
    this.directions[1].flush(last)
    this.conversation.finish(last)
    for (const direction of this.directions) {
      direction.window.reopen(last.at)
      if (direction.overlaps > 0) this.tellOverlap(direction.firstOverlap)
      if (direction.outside > 0) this.tellOutside(direction.outside)
    }
    sink.connection(this.fact(endpoints, path))
  }

  private tellOverlap(packet: number): void {
    this.shared.diagnostics.note(
      'info',
      'overlapping-segments',
      'Segments overlap: of bytes that were sent more than once, the first were kept.',
      packet,
    )
  }

  private tellOutside(packet: number): void {
    this.shared.diagnostics.note(
      'info',
      'outside-window',
      'A segment lies far behind the receive window: it is forged or damaged, and left out.',
      packet,
    )
  }

  private fact(endpoints: readonly [Endpoint, Endpoint], path: string): ConnectionFact {
    this.settleSides(endpoints)
    const client = this.client ?? 0
    const server = client === 0 ? 1 : 0
    const [a, b] = [this.directions[client], this.directions[server]]
    const reset = earlier(by('client', a.reset), by('server', b.reset))
    const { application, exchangeCount } = this.conversation
    const close = closeOf(a, b)
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
      ...minRtt(a, b),
      retransmissions: a.retransmissions + b.retransmissions,
      duplicates: this.duplicates,
      gaps: a.gaps + b.gaps,
      tcp: this.tcpFact(a, b),
      tls: this.conversation.tls?.fact(client, this.handshake.clientLeg) ?? null,
      application: a.bytes + b.bytes === 0 ? null : application,
      http2: this.conversation.http2?.fact(client) ?? null,
      close,
      fin: { client: a.fin, server: b.fin },
      reset,
      marks: this.marks(a, b, close),
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

  private marks(client: Direction, server: Direction, close: Close | null): ConnectionMark[] {
    const marks: ConnectionMark[] = []
    if (!this.handshake.hasSyn && !this.handshake.hasSynAck) marks.push('mid-stream')
    if ((client.packets === 0 || server.packets === 0) && client.packets + server.packets > 2) marks.push('one-sided')
    if (client.gaps + server.gaps > 0) marks.push('gap')
    if (client.truncated || server.truncated) marks.push('truncated')
    if (close === null) marks.push('unfinished')
    return marks
  }

  private tcpFact(client: Direction, server: Direction): TcpFact {
    return {
      opening: this.handshake.opening,
      samePortsAs: this.samePortsAs,
      keepAliveProbes: { client: client.probes, server: server.probes },
      // The window on what the server sends is the client's.
      zeroWindows: { client: server.window.closures, server: client.window.closures },
      zeroWindowTime: { client: nanos(server.window.closedFor), server: nanos(client.window.closedFor) },
      ignoredResets: client.ignoredResets + server.ignoredResets,
      ignoredReset: earlier(by('client', client.ignoredReset), by('server', server.ignoredReset)),
      dataAfterFin: { client: client.afterFin, server: server.afterFin },
      overlaps: client.overlaps + server.overlaps,
      ...(client.lastResent > 0 ? { clientLastResent: client.lastResent } : {}),
    }
  }
}

/** What a side sends is acknowledged by the other: the halves of the way, each as short as it ever was. */
function minRtt(client: Direction, server: Direction): Pick<ConnectionFact, 'minRtt' | 'minRttTo'> {
  const toServer = client.roundTrip.shortest
  const toClient = server.roundTrip.shortest
  const known = (half: number): Nanos | null => (half === Infinity ? null : nanos(half))
  return {
    ...(toServer + toClient === Infinity ? {} : { minRtt: nanos(toServer + toClient) }),
    minRttTo: { client: known(toClient), server: known(toServer) },
  }
}

function by(side: Side, sighting: Sighting | null): (Sighting & { readonly by: Side }) | null {
  return sighting === null ? null : { by: side, packet: sighting.packet, at: sighting.at }
}

function earlier<T extends Sighting>(a: T | null, b: T | null): T | null {
  return a === null || (b !== null && b.packet < a.packet) ? b : a
}

/** The first FIN or RST of either side. */
function closeOf(client: Direction, server: Direction): Close | null {
  const fin = earlier(client.fin, server.fin)
  const first = earlier(fin, earlier(client.reset, server.reset))
  if (first === null) return null
  const by = first === client.fin || first === client.reset ? 'client' : 'server'
  return { by, packet: first.packet, at: first.at, how: first === fin ? 'fin' : 'rst' }
}
