/** Packets that only keys open (RFC 9001 §4.1.4): 0-RTT, Handshake and 1-RTT, with the secrets of a key log. */
import { PIECE_OVERHEAD } from '../bytes/budget'
import type { Shared } from '../http/layer'
import type { Arrival } from '../tcp/stream-reader'
import type { Datagram, QuicConnection } from './connection'
import { applicationOf } from './fact'
import type { LongHeader } from './header'
import { HttpThree } from './h3/http-three'
import { KeyPhases } from './key-phases'
import { LoggedKeys } from './logged-keys'
import type { PacketKeys } from './packet-keys'
import { open, unmask } from './protection'
import { CLIENT, otherRole } from './role'
import type { Role } from './role'
import { SegmentSizes } from './segment-sizes'
import type { QuicVersion } from './version'
import { VERSION_1 } from './version'

type Level = 'early' | 'handshake' | 'application'

/** A packet that came before what gives its keys: reordered, or before the capture's secrets. */
interface Held {
  readonly level: Level
  readonly role: Role
  readonly version: QuicVersion
  readonly data: Uint8Array
  readonly body: number
  /** Octets of other packets in front of it in its datagram. */
  readonly offset: number
  readonly arrival: Arrival
}

const MOST_HELD = 256
const sizeOf = ({ data }: Held): number => data.length + PIECE_OVERHEAD

export class ProtectedPackets {
  decrypted = false
  exchangeCount = 0
  private version: QuicVersion = VERSION_1
  private readonly keys: LoggedKeys
  private early: PacketKeys | null = null
  private readonly handshakeKeys: [PacketKeys | null, PacketKeys | null] = [null, null]
  private readonly phases: [KeyPhases | null, KeyPhases | null] = [null, null]
  private readonly largest: Readonly<Record<'handshake' | 'application', [number, number]>> = {
    handshake: [-1, -1],
    application: [-1, -1],
  }
  private held: Held[] = []
  private http: HttpThree | null = null
  private ending = false
  private readonly sizes: SegmentSizes

  constructor(
    private readonly connection: QuicConnection,
    private readonly shared: Shared,
  ) {
    this.keys = new LoggedKeys(connection.hellos, shared.keys)
    this.sizes = new SegmentSizes(shared.keys)
  }

  zeroRtt(role: Role, header: LongHeader, d: Datagram, arrival: Arrival): void {
    if (role === CLIENT) this.packet('early', role, header.version, d, header.start, header.body, header.end, arrival)
  }

  handshake(role: Role, header: LongHeader, d: Datagram, arrival: Arrival): void {
    this.version = header.version
    this.packet('handshake', role, header.version, d, header.start, header.body, header.end, arrival)
  }

  /** @returns false where it could not be opened, now or later */
  oneRtt(role: Role, d: Datagram, start: number, arrival: Arrival): boolean {
    const length = this.connection.ids.lengths[otherRole(role)]
    return length >= 0 && this.packet('application', role, this.version, d, start, start + 1 + length, d.wireEnd, arrival)
  }

  /** Something of the handshake became known: packets that waited for it may open now. */
  helloRead(): void {
    if (this.held.length === 0) return
    const waiting = this.held
    this.held = []
    for (const h of waiting) {
      const version = h.level === 'application' ? this.version : h.version
      if (this.openAndWalk(h.level, h.role, version, h.data, 0, h.body, h.data.length, h.offset, h.arrival)) this.drop(h)
      else this.held.push(h)
    }
    for (const h of this.held.splice(MOST_HELD)) this.drop(h)
  }

  /**
   * A packet of this number was sent by that side, and received. Packets bear the last octets of their numbers only, and the capture may lack
   * those before that bear more (some begin to count at a number drawn at random).
   */
  acknowledged(level: 'handshake' | 'application', role: Role, largest: number): void {
    this.largest[level][role] = Math.max(this.largest[level][role], largest)
  }

  stream(
    role: Role,
    id: number,
    buf: Uint8Array,
    start: number,
    length: number,
    offset: number,
    fin: boolean,
    arrival: Arrival,
  ): void {
    if (this.http === null) {
      if (applicationOf(this.connection) !== 'h3') return
      this.http = new HttpThree(this.connection.id, this.shared, () => this.exchangeCount++)
    }
    this.http.stream(role, id, buf, start, length, offset, fin, arrival)
  }

  resetStream(role: Role, id: number, arrival: Arrival): void {
    this.http?.reset(role, id, arrival)
  }

  finish(last: Arrival): void {
    this.ending = true
    if (this.connection.hellos.client === null) this.shared.keys.nameless = true
    this.helloRead()
    for (const h of this.held.splice(0)) this.drop(h)
    this.http?.finish(last)
  }

  private packet(
    level: Level,
    role: Role,
    version: QuicVersion,
    d: Datagram,
    start: number,
    body: number,
    end: number,
    arrival: Arrival,
  ): boolean {
    if (this.shared.keys.size === 0 || end > d.end) return true
    const offset = start - d.start
    if (this.openAndWalk(level, role, version, d.buf, start, body, end, offset, arrival)) {
      this.helloRead()
      return true
    }
    // With the server's hello and a secret at hand, waiting does not help.
    if (this.held.length >= MOST_HELD || this.has(level, role)) return false
    const data = d.buf.slice(start, end)
    const held: Held = { level, role, version, data, body: body - start, offset, arrival: { ...arrival } }
    // Beyond what all connections may hold back it is as if it had not been captured.
    if (this.shared.budget.take(sizeOf(held), arrival.packet)) this.held.push(held)
    else this.drop(held)
    return true
  }

  private drop(held: Held): void {
    this.shared.budget.give(sizeOf(held))
  }

  private has(level: Level, role: Role): boolean {
    return (level === 'early' ? null : level === 'handshake' ? this.handshakeKeys[role] : this.phases[role]) !== null
  }

  /** False where the packet could not be opened yet. */
  private openAndWalk(
    level: Level,
    role: Role,
    version: QuicVersion,
    buf: Uint8Array,
    start: number,
    body: number,
    end: number,
    offset: number,
    arrival: Arrival,
  ): boolean {
    if (level === 'early') {
      const taken = this.tookEarlyData()
      // What the server did not take the client sends again (RFC 9001 §4.6.2): it was never said.
      if (taken !== true) return taken === false
    }
    const payload =
      level === 'application'
        ? this.openOneRtt(role, version, buf, start, body, end)
        : this.openLong(level, role, version, buf, start, body, end)
    if (payload === null)
      return level === 'application' && this.segments(role, version, buf, start, body - start, end, offset, arrival)
    this.connection.walk(level === 'handshake' ? 'handshake' : 'application', payload, role, arrival)
    return true
  }

  /**
   * Datagrams that were captured before they were cut apart.
   *
   * @param offset octets of other packets in front of this one in the first of these datagrams
   */
  private segments(
    role: Role,
    version: QuicVersion,
    buf: Uint8Array,
    start: number,
    header: number,
    end: number,
    offset: number,
    arrival: Arrival,
  ): boolean {
    if (this.phases[role] === null) return false
    const openFirst = (size: number): boolean =>
      this.walkOneRtt(role, version, buf, start, header, start + size - offset, arrival)
    const size = this.sizes.find(role, offset, end - start + offset, openFirst)
    if (size === 0) return false
    for (let at = start + size - offset; at < end; at += size)
      this.connection.cutApart(role, buf, at, Math.min(at + size, end), arrival)
    return true
  }

  private walkOneRtt(
    role: Role,
    version: QuicVersion,
    buf: Uint8Array,
    start: number,
    header: number,
    end: number,
    arrival: Arrival,
  ): boolean {
    const payload = this.openOneRtt(role, version, buf, start, start + header, end)
    if (payload !== null) this.connection.walk('application', payload, role, arrival)
    return payload !== null
  }

  private openLong(
    level: 'early' | 'handshake',
    role: Role,
    version: QuicVersion,
    buf: Uint8Array,
    start: number,
    body: number,
    end: number,
  ): Uint8Array | null {
    const largest = this.largest[level === 'early' ? 'application' : 'handshake']
    for (const keys of level === 'early' ? this.earlyKeys(version) : this.handshakeKeysOf(role, version)) {
      const unmasked = unmask(keys, buf, start, body, end, largest[role])
      const payload = unmasked && open(keys, unmasked, buf, start, end)
      if (unmasked === null || payload === null) continue
      this.shared.keys.opened()
      largest[role] = Math.max(largest[role], unmasked.packetNumber)
      if (level === 'early') this.early = keys
      else this.handshakeKeys[role] = keys
      return payload
    }
    return null
  }

  private openOneRtt(
    role: Role,
    version: QuicVersion,
    buf: Uint8Array,
    start: number,
    body: number,
    end: number,
  ): Uint8Array | null {
    for (const phases of this.phasesOf(role, version)) {
      const opened = phases.open(buf, start, body, end, this.largest.application[role])
      if (opened === null) continue
      this.shared.keys.opened()
      this.phases[role] = phases
      this.decrypted = true
      this.largest.application[role] = Math.max(this.largest.application[role], opened.packetNumber)
      return opened.payload
    }
    return null
  }

  /** Null while that is not known. */
  private tookEarlyData(): boolean | null {
    const { server, encrypted } = this.connection.hellos
    if (server?.preSharedKey === false) return false
    if (encrypted !== null) return encrypted.earlyData
    return this.ending && server !== null ? true : null
  }

  private *handshakeKeysOf(role: Role, version: QuicVersion): Generator<PacketKeys> {
    const known = this.handshakeKeys[role]
    if (known !== null) yield known
    else
      for (const keys of this.keys.of('handshake', role, version)) {
        if (this.keys.certain) this.handshakeKeys[role] = keys
        yield keys
      }
  }

  private *phasesOf(role: Role, version: QuicVersion): Generator<KeyPhases> {
    const known = this.phases[role]
    if (known !== null) yield known
    else
      for (const keys of this.keys.of('application', role, version)) {
        const phases = new KeyPhases(version, keys)
        if (this.keys.certain) this.phases[role] = phases
        yield phases
      }
  }

  private earlyKeys(version: QuicVersion): readonly PacketKeys[] {
    return this.early === null ? this.keys.early(version) : [this.early]
  }
}
