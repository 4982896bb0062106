/** QUIC over UDP (RFC 9000): datagrams find their connection, and connections come and go within bounds. */
import type { Endpoint } from '../../../shared/model/facts'
import { u16be, u32be, u8 } from '../bytes/read'
import type { Shared } from '../http/layer'
import { addressText } from '../ip/address'
import type { Frame } from '../link/frame'
import type { PathTable } from '../link/paths'
import { Copies } from '../tcp/copies'
import { FlowTable } from '../tcp/flow-table'
import { IdBook, idText } from './connection-ids'
import { QuicConnection } from './connection'
import type { Datagram } from './connection'
import { factOf } from './fact'
import { longHeader, versionNegotiation } from './header'
import type { LongHeader } from './header'
import { MOST_MEMBERS, Path, senderOf } from './path'
import type { End, Member } from './path'
import { CLIENT, SERVER } from './role'
import { Strangers } from './strangers'

/** Connections followed at the same time; beyond it the quietest is given up, with a diagnostic. */
const MOST_CONNECTIONS = 20_000
/** A connection silent for so long is over: endpoints agree on at most ten minutes, most on half a one (max_idle_timeout). */
const IDLE = 900e9
/** Addresses that one connection may move to and fro. */
const MOST_PATHS = 16

export class QuicTracker {
  private readonly flows = new FlowTable<Path>()
  private readonly book = new IdBook<QuicConnection>()
  /** The quietest first, with the paths each is on. */
  private readonly live = new Map<QuicConnection, Path[]>()
  /** Ports that servers of known connections listen on: only there can a connection turn up on new addresses. */
  private readonly serverPorts = new Set<number>()
  private readonly copies = new Copies()
  private readonly strangers: Strangers
  private paths: PathTable | null = null

  constructor(
    private readonly shared: Shared,
    /** Gives the number of the next connection. */
    private readonly nextId: () => number,
  ) {
    this.strangers = new Strangers(shared)
  }

  /** A UDP payload that begins at f.pos, its header in front of it. What is not QUIC is passed over. */
  datagram(f: Frame, paths: PathTable): void {
    const { buf, pos } = f
    const isLong = (u8(buf, pos) & 0x80) !== 0
    const length = u16be(buf, pos - 4)
    const [source, destination] = [u16be(buf, pos - 8), u16be(buf, pos - 6)]
    if (!isLong && this.live.size === 0) return this.strangers.datagram(f, source, destination, length - 8)
    const wireEnd = length > 8 ? Math.min(f.wireEnd, pos + length - 8) : f.wireEnd
    const d: Datagram = { buf, start: pos, end: Math.min(f.end, wireEnd), wireEnd, packet: f.number, at: f.at }
    const header = isLong ? longHeader(buf, pos, d.end, wireEnd) : null
    if (isLong && header === null && (this.live.size === 0 || versionNegotiation(buf, pos, d.end) === null)) return
    this.paths = paths
    const from = this.flows.aim(f, source, destination)
    const path = this.flows.find() ?? null
    const member =
      this.known(path, from, header, d) ??
      this.moved(path, from, header, d, source, destination) ??
      (header && this.create(f, path, from, header, d))
    if (member !== null) this.give(member, from, d)
    else if (!isLong) this.strangers.datagram(f, source, destination, length - 8)
  }

  /** The capture has ended. */
  finish(): void {
    for (const connection of [...this.live.keys()]) this.drop(connection)
  }

  private give(member: Member, from: End, d: Datagram): void {
    const { connection } = member
    const role = senderOf(member, from)
    connection.packets[role]++
    connection.lastPacket = d.packet
    connection.lastAt = d.at
    if (this.isCopy(connection, role, d)) connection.duplicates++
    else connection.datagram(role, d)
    this.touch(connection)
  }

  /** No two QUIC packets are alike, so the same bytes within milliseconds were captured twice. */
  private isCopy(connection: QuicConnection, role: number, { buf, start, end, wireEnd, at }: Datagram): boolean {
    let one = wireEnd - start
    let two = 0
    for (let i = start; i + 4 <= end; i += 4) {
      one = Math.imul(one ^ u32be(buf, i), 0x85ebca6b)
      two = Math.imul(two + one, 0xc2b2ae35) ^ (one >>> 15)
    }
    return this.copies.isCopy(connection.id * 2 + role, one >>> 0, two >>> 0, end - start, at)
  }

  private touch(connection: QuicConnection): void {
    const paths = this.live.get(connection)
    if (paths === undefined) return
    this.live.delete(connection)
    this.live.set(connection, paths)
  }

  /** The connection on this pair of endpoints that the datagram belongs to. */
  private known(path: Path | null, from: End, header: LongHeader | null, d: Datagram): Member | null {
    if (path === null) return null
    const newest = path.newest
    if (newest === null) return null
    if (header === null) return path.members.length > 1 ? (this.byShortId(path, d) ?? newest) : newest
    const destination = idText(header.destination)
    const source = idText(header.source)
    for (let i = path.members.length - 1; i >= 0; i--) {
      const m = path.members[i]!
      const sender = senderOf(m, from)
      const receiver = sender === CLIENT ? SERVER : CLIENT
      // An empty id names nobody: with several connections the other side's must fit as well.
      if (
        m.connection.ids.has(receiver, destination) &&
        (destination !== '' || path.members.length === 1 || m.connection.ids.has(sender, source))
      )
        return m
      if (source !== '' && m.connection.ids.has(sender, source)) return m
    }
    if (!QuicConnection.opensConnection(header, d)) return newest
    return newest.connection.awaitsClient && senderOf(newest, from) === CLIENT ? newest : null
  }

  private byShortId(path: Path, d: Datagram): Member | null {
    const found = this.book.findShort(d.buf, d.start, d.end)
    return found === null ? null : path.of(found.connection)
  }

  /** The connection went on to other addresses (RFC 9000 §9): its ids tell. */
  private moved(
    path: Path | null,
    from: End,
    header: LongHeader | null,
    d: Datagram,
    source: number,
    destination: number,
  ): Member | null {
    if (path !== null || !(this.serverPorts.has(source) || this.serverPorts.has(destination))) return null
    const id = header === null ? null : idText(header.destination)
    const connection =
      id === null ? this.book.findShort(d.buf, d.start, d.end)?.connection : id.length < 4 ? undefined : this.book.find(id)
    if (connection === undefined || (this.live.get(connection)?.length ?? MOST_PATHS) >= MOST_PATHS) return null
    const toServer = destination === connection.server.port
    if (!toServer && source !== connection.server.port) return null
    return this.join(connection, null, toServer ? from : from === 0 ? 1 : 0)
  }

  private create(f: Frame, path: Path | null, from: End, header: LongHeader, d: Datagram): Member | null {
    if (header.type === 'retry') return null
    const byClient = header.type === '0-rtt' || QuicConnection.opensConnection(header, d)
    const [source, destination] = [endpoint(f, f.source, -8), endpoint(f, f.destination, -6)]
    // Servers listen on the lower port almost always.
    const client: End = byClient || source.port >= destination.port ? from : from === 0 ? 1 : 0
    const sides = client === from ? ([source, destination] as const) : ([destination, source] as const)
    this.makeRoom(d.at, d.packet)
    const connection = new QuicConnection(this.nextId(), ...sides, d.packet, d.at, this.shared, this.book)
    if (byClient) connection.knownBy = 'syn'
    connection.path = f.path
    this.live.set(connection, [])
    this.serverPorts.add(connection.server.port)
    return this.join(connection, path, client)
  }

  private join(connection: QuicConnection, known: Path | null, client: End): Member {
    let path = known
    // Making room may have emptied it.
    if (path === null || path.entry < 0) {
      path = new Path()
      path.entry = this.flows.add(path)
    }
    const oldest = path.members[0]
    if (path.members.length >= MOST_MEMBERS && oldest !== undefined) this.drop(oldest.connection)
    const member: Member = { connection, client }
    path.members.push(member)
    this.live.get(connection)?.push(path)
    return member
  }

  private makeRoom(now: number, packet: number): void {
    for (const connection of this.live.keys()) {
      const crowded = this.live.size >= MOST_CONNECTIONS
      if (!crowded && now - connection.lastAt < IDLE) return
      if (crowded)
        this.shared.diagnostics.note(
          'warning',
          'too-many-connections',
          `More than ${MOST_CONNECTIONS} QUIC connections were open at once: the quietest were given up early.`,
          packet,
        )
      this.drop(connection)
    }
  }

  private drop(connection: QuicConnection): void {
    const paths = this.live.get(connection) ?? []
    this.live.delete(connection)
    this.book.forget(connection)
    for (const path of paths) {
      const at = path.members.findIndex((m) => m.connection === connection)
      if (at >= 0) path.members.splice(at, 1)
      if (path.members.length === 0 && path.entry >= 0) {
        this.flows.remove(path.entry)
        path.entry = -1
      }
    }
    connection.finish()
    this.shared.sink.connection(factOf(connection, this.paths?.label(connection.path) ?? ''))
  }
}

/** An address in the frame, and the port so many bytes from the payload. */
function endpoint({ buf, pos, addressLength }: Frame, address: number, port: number): Endpoint {
  const word = (i: number): number => u32be(buf, address + 4 * i)
  const length = addressLength === 4 ? 4 : 16
  const words = length === 4 ? ([0, 0, 0, word(0)] as const) : ([word(0), word(1), word(2), word(3)] as const)
  return { ip: addressText(words, length), port: u16be(buf, pos + port) }
}
