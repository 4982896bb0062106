/** TCP (RFC 9293): segments find their connection, and connections come and go within bounds. */
import type { Endpoint, FactSink } from '../../../shared/model/facts'
import { u16be, u32be, u8 } from '../bytes/read'
import { Budget } from '../bytes/budget'
import type { Diagnostics } from '../capture/diagnostics'
import { TextCache } from '../bytes/text'
import type { Shared } from '../http/layer'
import { addressText } from '../ip/address'
import type { Frame } from '../link/frame'
import type { PathTable } from '../link/paths'
import { KeyLog } from '../tls/keylog'
import { TcpConnection } from './connection'
import type { End } from './connection'
import type { Arrival } from './stream-reader'
import { Copies } from './copies'
import { FlowTable } from './flow-table'
import { windowScale } from './receive-window'
import { TimeSteps } from './round-trip'
import { Silence } from './silence'

const FIN = 1
const SYN = 2
const RST = 4
const ACK = 16

/** How long a closed connection waits for stragglers, as Linux keeps TIME-WAIT; and how many may wait. */
const LINGER = 60e9
const MOST_LINGERING = 20_000
/** Connections followed at the same time; beyond it the quietest is given up, with a diagnostic. */
const MOST_CONNECTIONS = 200_000
/** A SYN that crosses or answers another comes within this time of it. */
const OPENING_TIME = 60e9
/** Connections between the same two endpoints on different paths, which are searched one by one. */
const MOST_ALIKE = 256

export class TcpTracker {
  private readonly flows = new FlowTable<TcpConnection>()
  private readonly shared: Shared
  /** The number that the next connection gets. */
  nextId: number
  private paths: PathTable | null = null
  /** All connections, the quietest first; and those that are over, by the time they ended. */
  private quietest: TcpConnection | null = null
  private liveliest: TcpConnection | null = null
  private live = 0
  private readonly copies = new Copies()
  private readonly silence: Silence
  private readonly steps = new TimeSteps()
  private readonly over: TcpConnection[] = []
  private overFrom = 0
  private readonly arrival: Arrival = { packet: 0, at: NaN, acknowledged: -1 }

  constructor(
    private readonly sink: FactSink,
    private readonly diagnostics: Diagnostics,
    firstId: number,
    keys = new KeyLog(),
    budget = new Budget(diagnostics),
    private readonly mostConnections = MOST_CONNECTIONS,
  ) {
    this.nextId = firstId
    this.silence = new Silence(diagnostics)
    this.shared = { sink, diagnostics, texts: { common: new TextCache() }, keys, budget }
  }

  /** A segment whose header begins at f.pos. */
  segment(f: Frame, paths: PathTable): void {
    this.paths = paths
    const { buf, pos } = f
    if (f.end - pos < 14) {
      this.diagnostics.note('warning', 'truncated-packet', 'A packet is cut inside its TCP header.', f.number)
      return
    }
    const headerLength = (u8(buf, pos + 12) >> 4) * 4
    if (headerLength < 20 || f.wireEnd - pos < headerLength) {
      this.diagnostics.note('warning', 'bad-tcp-header', 'A TCP header has an impossible length.', f.number)
      return
    }
    const flags = u8(buf, pos + 13)
    const sequence = u32be(buf, pos + 4)
    const acknowledgment = u32be(buf, pos + 8)
    const payload = pos + headerLength
    const length = f.wireEnd - payload
    const from = this.flows.aim(f, u16be(buf, pos), u16be(buf, pos + 2))
    const to: End = from === 0 ? 1 : 0

    const c = this.connectionOf(f, from, flags, sequence, length)
    const afterSilence = this.silence.broken(f.at, f.number, c.lastAt)
    this.steps.see(f.at, f.number)
    c.lastPacket = f.number
    c.lastAt = f.at
    this.touch(c)
    const sender = c.directions[from]
    const receiver = c.directions[to]
    const wasOver = c.isOver()
    sender.packets++
    // Resets say nothing twice: several in a row are alike and each is meant.
    const copy =
      (flags & RST) === 0 && this.copies.isCopy(c.id * 2 + from, sequence, acknowledgment, fingerprint(f, flags, length), f.at)
    if (copy) {
      c.duplicates++
      // SYNs are counted as they stand in the file; their time, not their number, says whether one was sent again.
      if ((flags & SYN) === 0) return
    }

    const { arrival } = this
    arrival.packet = f.number
    arrival.at = f.at

    if (afterSilence && c.isAnswered(from, flags, length, sequence, acknowledgment)) this.silence.wasNone()
    if ((flags & SYN) !== 0) {
      this.open(c, from, flags, sequence, acknowledgment, payload, f)
      if (!copy) sender.timeSyn(f.at, f.number)
    }
    // A reset may be anybody's: it says nothing of where the stream begins.
    if ((flags & RST) === 0) sender.begin(sequence, length > 0 || (flags & FIN) !== 0)
    if ((flags & ACK) !== 0) {
      receiver.acknowledge(acknowledgment)
      if (receiver.roundTrip.waits && (flags & RST) === 0) receiver.timeUntil(acknowledgment, f.at, this.steps.at)
      if ((flags & (SYN | RST)) === 0) {
        receiver.window.offer(receiver.acknowledged, u16be(buf, pos + 14), f.at)
        if (receiver.reset !== null) receiver.outlives()
        if (c.client === from && c.handshake.awaitsAck) c.handshake.ack(acknowledgment, f.number, f.at)
      }
      if (receiver.waiting) receiver.review(arrival)
    }
    arrival.acknowledged = (flags & ACK) !== 0 && receiver.base >= 0 ? receiver.offsetOf(acknowledgment) : -1
    const offset = sender.offsetOf((flags & SYN) !== 0 ? sequence + 1 : sequence)
    // A reset's payload is a reason in words (RFC 9293 §3.5.3), not part of the stream.
    if ((flags & RST) !== 0) sender.takeReset(offset, c.mayBeResetBy(from, flags, acknowledgment), arrival)
    else {
      if (length <= 1 && offset === sender.next - 1 && (flags & (SYN | FIN)) === 0 && !sender.window.closed) sender.probes++
      if (length > 0) sender.segment(offset, buf, payload, f.end, length, arrival)
    }
    // A reset is looked at first, and nothing after it (RFC 9293 §3.10.7.4): one with FIN is a reset.
    if ((flags & (FIN | RST)) === FIN) sender.finish(offset + length, arrival)
    if (!wasOver && c.isOver()) this.over.push(c)
    this.letGo(f.at)
  }

  /** The capture has ended. */
  finish(): void {
    while (this.quietest !== null) this.drop(this.quietest)
  }

  private connectionOf(f: Frame, from: End, flags: number, sequence: number, length: number): TcpConnection {
    const head = this.flows.find()
    let c = head === undefined ? null : onPath(head, from, f.path)
    let before: number | null = null
    if (c !== null && (flags & (SYN | ACK)) === SYN && isNewIncarnation(c, from, sequence, length, f.at)) {
      before = c.id
      this.drop(c)
      c = null
    }
    c ??= this.create(f, from, before)
    if (c.paths[from] < 0) c.paths[from] = f.path
    return c
  }

  private create(f: Frame, from: End, before: number | null): TcpConnection {
    if (this.live >= this.mostConnections && this.quietest !== null) {
      this.diagnostics.note(
        'warning',
        'too-many-connections',
        `More than ${this.mostConnections} connections were open at once: the quietest were given up early, and count as two where they went on.`,
        f.number,
      )
      const mostQuiet = this.quietest
      // The key aimed at must survive: dropping does not touch it.
      this.drop(mostQuiet)
    }
    this.thinOut(f.number)
    const c = new TcpConnection(this.nextId++, f.addressLength === 4 ? 4 : 16, f.number, f.at, this.shared)
    c.firstSender = from
    c.samePortsAs = before
    const head = this.flows.find()
    if (head === undefined) c.entry = this.flows.add(c)
    else {
      c.entry = head.entry
      c.sibling = head.sibling
      head.sibling = c
    }
    this.live++
    return c
  }

  /** Makes room among the connections with the endpoints aimed at: the quietest of too many goes. */
  private thinOut(packet: number): void {
    const head = this.flows.find() ?? null
    let alike = 0
    let quietest = head
    for (let c = head; c !== null; c = c.sibling) {
      alike++
      if (quietest === null || c.lastAt < quietest.lastAt) quietest = c
    }
    if (alike < MOST_ALIKE || quietest === null) return
    this.diagnostics.note(
      'warning',
      'too-many-paths',
      `More than ${MOST_ALIKE} connections between the same two endpoints on different VLANs or tunnels were open at once: the quietest were given up early.`,
      packet,
    )
    this.drop(quietest)
  }

  private open(
    c: TcpConnection,
    from: End,
    flags: number,
    sequence: number,
    acknowledgment: number,
    payload: number,
    f: Frame,
  ): void {
    const { handshake } = c
    const length = f.wireEnd - payload
    c.scales(from, windowScale(f.buf, f.pos + 20, Math.min(payload, f.end)))
    if ((flags & ACK) === 0) {
      if (c.client === null || (!handshake.hasSyn && c.client === from)) c.clientIs(from)
      if (c.client === from) handshake.syn(sequence, length, f.number, f.at)
      else handshake.serverSyn()
    } else {
      if (c.client === null) c.clientIs(from === 0 ? 1 : 0)
      if (c.client !== from) handshake.synAck(sequence, acknowledgment, f.number, f.at)
      else handshake.clientSynAck()
    }
    // Offset 0 is the byte after the SYN.
    if (c.client === from || (flags & ACK) === 0 || !handshake.hasSyn || handshake.synAckSequence === sequence)
      c.directions[from].open((sequence + 1) >>> 0)
  }

  /** Moves a connection to the lively end of the list. */
  private touch(c: TcpConnection): void {
    if (this.liveliest === c) return
    this.unlink(c)
    c.older = this.liveliest
    if (this.liveliest !== null) this.liveliest.newer = c
    this.liveliest = c
    this.quietest ??= c
  }

  private unlink(c: TcpConnection): void {
    if (c.older !== null) c.older.newer = c.newer
    else if (this.quietest === c) this.quietest = c.newer
    if (c.newer !== null) c.newer.older = c.older
    else if (this.liveliest === c) this.liveliest = c.older
    c.older = c.newer = null
  }

  private letGo(now: number): void {
    for (;;) {
      const c = this.over[this.overFrom]
      if (c === undefined) return
      const waiting = this.over.length - this.overFrom
      // A connection that outlived its reset is not over.
      const goes = c.entry >= 0 && c.isOver()
      if (goes && waiting <= MOST_LINGERING && now - c.lastAt < LINGER) return
      this.overFrom++
      if (goes) this.drop(c)
      if (this.overFrom > 4096 && this.overFrom * 2 > this.over.length) {
        this.over.splice(0, this.overFrom)
        this.overFrom = 0
      }
    }
  }

  private drop(c: TcpConnection): void {
    const endpoint = (which: End): Endpoint => {
      const { words, port } = this.flows.endpoint(c.entry, which)
      return { ip: addressText(words, c.addressLength), port }
    }
    const path = c.paths[0] > 0 ? c.paths[0] : Math.max(0, c.paths[1])
    c.finish(this.sink, [endpoint(0), endpoint(1)], this.paths?.label(path) ?? '')
    this.detach(c)
    this.unlink(c)
    c.entry = -1
    this.live--
  }

  /** Takes a connection out of the flow table, or out of the chain of those with the same endpoints. */
  private detach(c: TcpConnection): void {
    const head = this.flows.at(c.entry)
    if (head === c) {
      if (c.sibling === null) this.flows.remove(c.entry)
      else this.flows.set(c.entry, c.sibling)
      return
    }
    let before = head ?? null
    while (before !== null && before.sibling !== c) before = before.sibling
    if (before !== null) before.sibling = c.sibling
  }
}

/** Checksum, window, identification, flags and length in one number: what tells a copy from a packet sent again. */
function fingerprint(f: Frame, flags: number, length: number): number {
  const checksum = f.end - f.pos >= 18 ? u32be(f.buf, f.pos + 14) : 0
  return Math.imul(checksum ^ Math.imul(f.identification, 0x9e3779b1), 0x27d4eb2f) ^ ((length << 8) | flags)
}

/**
 * Of the connections with these endpoints, the one this path belongs to. The two directions may differ in their VLAN (a
 * mirror port tags them apart), so a direction not seen yet takes any path, best one that the other direction came on.
 */
function onPath(head: TcpConnection, from: End, path: number): TcpConnection | null {
  let open: TcpConnection | null = null
  for (let c: TcpConnection | null = head; c !== null; c = c.sibling) {
    if (c.paths[from] === path) return c
    if (c.paths[from] < 0 && (open === null || c.paths[from === 0 ? 1 : 0] === path)) open = c
  }
  return open
}

/**
 * A SYN on a known pair of endpoints opens a new connection unless it repeats or precedes (out of order) the known one's, or is the
 * other end's answer to it: a simultaneous open, or a handshake split in two.
 */
function isNewIncarnation(c: TcpConnection, from: End, sequence: number, length: number, at: number): boolean {
  const { handshake } = c
  if (c.client === from && handshake.hasSyn) return handshake.synSequence !== sequence
  const sender = c.directions[from]
  if (handshake.mayBeCrossed(at, OPENING_TIME) && sender.next === 0 && !c.isOver()) return false
  if (sender.base < 0) return c.isOver() || handshake.hasSyn
  if (sender.base === (sequence + 1) >>> 0) return false
  return !handshake.answers(sequence, length)
}
