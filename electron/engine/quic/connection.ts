/** One QUIC connection (RFC 9000), whatever addresses and connection ids its packets bear. */
import { nanos } from '../../../shared/units'
import type { Close, Endpoint, SidesKnownBy } from '../../../shared/model/facts'
import { u8 } from '../bytes/read'
import type { Shared } from '../http/layer'
import type { Arrival } from '../tcp/stream-reader'
import { idText, OwnIds } from './connection-ids'
import type { IdBook } from './connection-ids'
import { EarlyAnswers } from './early-answers'
import { walkFrames } from './frames'
import type { FrameHandler } from './frames'
import { longHeader, versionNegotiation } from './header'
import type { LongHeader } from './header'
import { Hellos } from './hellos'
import { InitialKeys } from './initial-keys'
import { open, unmask } from './protection'
import { ProtectedPackets } from './protected-packets'
import { ResetTokens } from './reset-tokens'
import { isRetryFor } from './retry'
import { CLIENT, otherRole, SERVER } from './role'
import type { Role } from './role'
import { Timeline } from './timeline'
import { Turns } from './turns'

/** A UDP payload: buf[start, end) is captured, up to `wireEnd` was sent. */
export interface Datagram {
  readonly buf: Uint8Array
  readonly start: number
  readonly end: number
  readonly wireEnd: number
  readonly packet: number
  readonly at: number
}

/** H3_NO_ERROR (RFC 9114 §8.1), and what browsers send that have none. */
const NO_ERROR: ReadonlySet<number> = new Set([0, 0x100])

/** Zeros in a row that no protected packet has. */
const PADDING = 8

/** How long after the handshake its packets may still come. */
const STRAGGLERS = 3e9

export class QuicConnection implements FrameHandler {
  readonly ids = new OwnIds()
  readonly timeline = new Timeline()
  readonly hellos: Hellos
  readonly turns = new Turns()
  private readonly resets = new ResetTokens()
  readonly packets: [number, number] = [0, 0]
  readonly bytes: [number, number] = [0, 0]
  duplicates = 0
  truncated = false
  lastPacket = 0
  lastAt = 0
  close: Close | null = null
  knownBy: SidesKnownBy = 'port'
  /** The first packet's VLAN and tunnel path. */
  path = 0
  private initial: InitialKeys | null = null
  private readonly largestInitial: [number, number] = [-1, -1]
  private readonly guarded: ProtectedPackets
  private readonly early: EarlyAnswers
  /** Of the packet whose frames are walked. */
  private role: Role = CLIENT
  private level: 'initial' | 'handshake' | 'application' = 'initial'
  private readonly arrival: Arrival = { packet: 0, at: 0, acknowledged: -1 }

  constructor(
    readonly id: number,
    readonly client: Endpoint,
    readonly server: Endpoint,
    readonly firstPacket: number,
    readonly firstAt: number,
    shared: Shared,
    private readonly book: IdBook<QuicConnection>,
  ) {
    this.hellos = new Hellos(shared.budget)
    this.early = new EarlyAnswers(shared.budget)
    this.guarded = new ProtectedPackets(this, shared)
  }

  get decrypted(): boolean {
    return this.guarded.decrypted
  }

  get exchangeCount(): number {
    return this.guarded.exchangeCount
  }

  /** First Initial to the moment the client could send application data; −1 where that was not seen. */
  get setup(): number {
    const { initialAt, readyAt } = this.timeline
    const end = this.hellos.finishedAt >= 0 ? this.hellos.finishedAt : readyAt
    return initialAt < 0 || end < 0 ? -1 : Math.max(0, end - initialAt)
  }

  /** A datagram from one side. Its packets may be several (RFC 9000 §12.2). */
  datagram(role: Role, d: Datagram): void {
    this.role = role
    this.arrival.packet = d.packet
    this.arrival.at = d.at
    if (d.end < d.wireEnd) this.truncated = true
    this.bytes[role] += d.wireEnd - d.start
    this.release(d.at)
    this.packetsOf(role, d)
  }

  /** A datagram that was captured in one piece with those before it: its octets were counted with them. */
  cutApart(role: Role, buf: Uint8Array, start: number, end: number, arrival: Arrival): void {
    const { packet, at } = arrival
    this.asOf(role, arrival, () => this.packetsOf(role, { buf, start, end, wireEnd: end, packet, at }))
  }

  private packetsOf(role: Role, d: Datagram): void {
    for (let pos = d.start; pos < d.end;) {
      const first = u8(d.buf, pos)
      if ((first & 0x80) === 0) {
        if (pos > d.start && (first & 0x40) === 0 && !this.isGreased(role, d, pos)) return
        this.timeline.packet(role, '1-rtt', d.at)
        this.turns.spoke(role, d.wireEnd - pos - Math.max(0, this.ids.lengths[otherRole(role)]), d.at)
        if (!this.guarded.oneRtt(role, d, pos, this.arrival)) this.statelessReset(role, d)
        return
      }
      const header = longHeader(d.buf, pos, d.end, d.wireEnd)
      if (header === null) {
        if (role === SERVER && this.hellos.server === null && versionNegotiation(d.buf, pos, d.end) !== null) {
          this.timeline.packet(role, 'version-negotiation', d.at)
          this.hellos.restart()
        }
        return
      }
      this.long(role, header, d)
      pos = header.end
    }
  }

  /** Is this an Initial that the client opens a connection with? Its keys follow from its own Destination Connection ID. */
  static opensConnection(header: LongHeader, d: Datagram): boolean {
    if (header.type !== 'initial' || header.end > d.end) return false
    const keys = new InitialKeys(header.destination).of(header.version, CLIENT)
    const unmasked = unmask(keys, d.buf, header.start, header.body, header.end, -1)
    return unmasked !== null && open(keys, unmasked, d.buf, header.start, header.end) !== null
  }

  /** The client begins anew with another version or id, or what the server answered was captured before it: it is one connection. */
  get awaitsClient(): boolean {
    return (this.timeline.versionNegotiated && this.hellos.server === null) || this.early.some
  }

  finish(): void {
    this.guarded.finish({ packet: this.lastPacket, at: this.lastAt, acknowledged: -1 })
    this.early.take()
    this.hellos.release()
  }

  /** What only the handshake needs goes once it is over for a while. */
  private release(now: number): void {
    const { readyAt } = this.timeline
    if (this.initial === null || readyAt < 0 || now - readyAt < STRAGGLERS || this.hellos.server === null) return
    this.initial = null
    this.hellos.release()
  }

  /**
   * Behind another packet an octet without the fixed bit may begin padding: some pad the datagram rather than the packet. It may also be a
   * packet whose bit is greased (RFC 9287): then an id of the receiver's follows, or, where it has none, what is not empty.
   */
  private isGreased(role: Role, d: Datagram, pos: number): boolean {
    const receiver = otherRole(role)
    const length = this.ids.lengths[receiver]
    if (length > 0) return this.ids.has(receiver, idText(d.buf.subarray(pos + 1, Math.min(d.end, pos + 1 + length))))
    return length === 0 && d.buf.subarray(pos, Math.min(d.end, pos + PADDING)).some((octet) => octet !== 0)
  }

  private long(role: Role, header: LongHeader, d: Datagram): void {
    if (header.type === 'retry') {
      this.retry(role, header, d)
      return
    }
    this.timeline.packet(role, header.type, d.at)
    this.book.add(this, role, idText(header.source))
    this.ids.lengths[role] = header.source.length
    // The client's first Initials go to an id that it made up itself.
    const receiver = otherRole(role)
    if (receiver === CLIENT || header.type === 'handshake') {
      this.book.add(this, receiver, idText(header.destination))
      if (this.ids.lengths[receiver] < 0) this.ids.lengths[receiver] = header.destination.length
    }
    if (header.type === 'initial') this.initialPacket(role, header, d)
    else if (header.type === '0-rtt') {
      this.destinationOf(role, header)
      this.turns.spoke(role, header.end - header.body, d.at)
      this.guarded.zeroRtt(role, header, d, this.arrival)
    } else this.guarded.handshake(role, header, d, this.arrival)
  }

  private retry(role: Role, header: LongHeader, d: Datagram): void {
    if (role !== SERVER || this.hellos.server !== null) return
    if (this.initial !== null && !isRetryFor(this.initial.destination, header, d.buf, d.end)) return
    this.timeline.packet(role, 'retry', d.at)
    this.book.add(this, SERVER, idText(header.source))
    this.initial = new InitialKeys(header.source.slice())
    this.hellos.restart()
  }

  private destinationOf(role: Role, header: LongHeader): void {
    if (role !== CLIENT) return
    this.book.add(this, SERVER, idText(header.destination))
    this.initial ??= new InitialKeys(header.destination.slice())
  }

  private initialPacket(role: Role, header: LongHeader, d: Datagram): void {
    if (this.hellos.server === null) this.destinationOf(role, header)
    if (header.end > d.end) return
    if (this.initial === null) {
      this.early.add(header, d, this.arrival)
      return
    }
    let payload = this.openInitial(role, header, d)
    if (payload === null && role === CLIENT && this.hellos.server === null) {
      // A Retry that the capture lacks, or a new attempt after version negotiation: the keys follow from the id it has now.
      const before = this.initial
      this.initial = new InitialKeys(header.destination.slice())
      payload = this.openInitial(role, header, d)
      if (payload === null) this.initial = before
      else this.hellos.restart()
    }
    if (payload === null) return
    this.walk('initial', payload)
    for (const { header: answer, datagram, arrival } of this.early.take())
      this.asOf(SERVER, arrival, () => this.initialPacket(SERVER, answer, datagram))
  }

  private openInitial(role: Role, header: LongHeader, d: Datagram): Uint8Array | null {
    if (this.initial === null) return null
    const keys = this.initial.of(header.version, role)
    const unmasked = unmask(keys, d.buf, header.start, header.body, header.end, this.largestInitial[role])
    if (unmasked === null) return null
    const payload = open(keys, unmasked, d.buf, header.start, header.end)
    if (payload !== null) this.largestInitial[role] = Math.max(this.largestInitial[role], unmasked.packetNumber)
    return payload
  }

  /** The frames of an opened packet; what they say about the connection itself is kept here. */
  walk(
    level: 'initial' | 'handshake' | 'application',
    payload: Uint8Array,
    role = this.role,
    arrival: Arrival = this.arrival,
  ): void {
    this.asOf(role, arrival, () => {
      this.level = level
      walkFrames(payload, this)
    })
  }

  /** What waited is read as of the moment when it came. */
  private asOf(role: Role, arrival: Arrival, read: () => void): void {
    const before = { role: this.role, level: this.level, packet: this.arrival.packet, at: this.arrival.at }
    this.role = role
    this.arrival.packet = arrival.packet
    this.arrival.at = arrival.at
    read()
    this.role = before.role
    this.level = before.level
    this.arrival.packet = before.packet
    this.arrival.at = before.at
  }

  acknowledged(largest: number): void {
    if (this.level !== 'initial') this.guarded.acknowledged(this.level, otherRole(this.role), largest)
  }

  crypto(buf: Uint8Array, start: number, length: number, offset: number): void {
    if (this.level === 'application') return
    this.hellos.take(this.level, this.role, buf, start, length, offset, this.arrival)
    this.guarded.helloRead()
  }

  connectionClose(error: number, byApplication: boolean): void {
    const graceful = byApplication ? NO_ERROR.has(error) : error === 0
    this.close ??= {
      by: this.role === CLIENT ? 'client' : 'server',
      how: graceful ? 'fin' : 'rst',
      packet: this.arrival.packet,
      at: nanos(this.arrival.at),
    }
  }

  newConnectionId(id: Uint8Array, token: Uint8Array): void {
    this.book.add(this, this.role, idText(id))
    this.resets.add(this.role, token)
  }

  /** The side that lost its state says so (RFC 9000 §10.3). With keys only: they tell how such a packet ends. */
  private statelessReset(role: Role, d: Datagram): void {
    const { resetToken } = this.hellos
    if (resetToken !== null) this.resets.add(SERVER, resetToken)
    if (this.close !== null || !this.resets.endIn(role, d)) return
    this.close = { by: role === CLIENT ? 'client' : 'server', how: 'rst', packet: d.packet, at: nanos(d.at) }
  }

  stream(id: number, buf: Uint8Array, start: number, length: number, offset: number, fin: boolean): void {
    this.guarded.stream(this.role, id, buf, start, length, offset, fin, this.arrival)
  }

  resetStream(id: number): void {
    this.guarded.resetStream(this.role, id, this.arrival)
  }
}
