/**
 * What a TLS connection shows to whoever looks on: its handshake, what that cost, how it ended. Nothing here needs a key,
 * though with keys more of it is certain.
 */
import { nanos } from '../../../shared/units'
import type { EstimatedIdle, Side, Sighting, TlsFact } from '../../../shared/model/facts'
import type { Arrival } from '../tcp/stream-reader'
import { otherEnd } from '../http/layer'
import type { End } from '../http/layer'
import { CLOSE_NOTIFY, FATAL } from './content'
import { isTls13, versionName } from './hello'
import { added, isMessage } from './turns'
import type { ClientHello, ServerHello } from './hello'
import { IdleTimes } from './idle-times'

/** Lengths of TLS 1.3 records that can hardly be anything else: EndOfEarlyData, and Finished with SHA-256 or SHA-384. */
const END_OF_EARLY_DATA = 4 + 1 + 16
const FINISHED_ONLY: readonly number[] = [4 + 32 + 1 + 16, 4 + 48 + 1 + 16]
const ALERT_13 = 2 + 1 + 16

export class Observed {
  clientHello: ClientHello | null = null
  serverHello: ServerHello | null = null
  helloRetry = false
  alpn: string | null = null
  certificateNames: readonly string[] = []
  decrypted = false
  /** With keys: whether the server took the early data. */
  earlyAccepted: boolean | null = null
  private clientHelloAt: number | null = null
  private finishedAt: number | null = null
  /** Before TLS 1.3: when the server's Finished was seen. */
  private serverFinishedAt: number | null = null
  private clientFinishesLast = false
  /** Before TLS 1.3: the client sent application data before the server's Finished was seen (False Start, RFC 7918). */
  private falseStart = false
  private certificateSeen = false
  private helloDoneSeen = false
  /** The server's ChangeCipherSpec came before any Certificate or ServerHelloDone. */
  private abbreviated = false
  private serverSpokeLast = false
  private serverFlights = 0
  private readonly finished: [boolean, boolean] = [false, false]
  private established = false
  private endOfEarlyDataSeen = false
  private lastApplication: End | null = null
  private readonly turns: [number, number] = [0, 0]
  /** Octets of content in each end's last record that may be part of a message. */
  private readonly lastContent: [number, number] = [0, 0]
  /** A record that must be an alert though it cannot be read, with nothing behind it yet. */
  private readonly hidden: [Sighting | null, Sighting | null] = [null, null]
  private readonly closeNotify: [Sighting | null, Sighting | null] = [null, null]
  /** The record that each end sent last is taken for (part of) a message. */
  private readonly speaking: [boolean, boolean] = [false, false]
  /** When the last octet came of what was said last. */
  private spokeUntil = NaN
  /** Idle times that each end broke: which of them is the client may be known late. */
  private readonly idle: readonly [IdleTimes, IdleTimes] = [new IdleTimes(), new IdleTimes()]
  private fatal: { readonly end: End; readonly description: number } | null = null

  get isTls13(): boolean {
    return this.serverHello !== null && isTls13(this.serverHello.version)
  }

  get offersEarlyData(): boolean {
    return this.clientHello?.earlyData === true
  }

  hello(hello: ClientHello, at: number): void {
    this.clientHello ??= hello
    this.clientHelloAt ??= at
  }

  answered(hello: ServerHello): void {
    if (hello.isRetry) this.helloRetry = true
    else if (this.serverHello === null) {
      this.serverHello = hello
      this.alpn = hello.alpn
    }
  }

  certificate(names: readonly string[]): void {
    this.certificateSeen = true
    if (this.certificateNames.length === 0) this.certificateNames = names
  }

  helloDone(): void {
    this.helloDoneSeen = true
  }

  /** A record of the handshake in clear, or a ChangeCipherSpec: flights are counted where their direction changes. */
  handshakeRecord(isClient: boolean): void {
    if (this.established) return
    if (!isClient && !this.serverSpokeLast) this.serverFlights++
    this.serverSpokeLast = !isClient
    // In TLS 1.3 the client can speak as soon as the server has: what follows is encrypted, and costs no further round trip.
    if (!isClient && this.isTls13) this.established = true
  }

  changeCipherSpec(isClient: boolean): void {
    if (!isClient && this.serverHello !== null && !this.certificateSeen && !this.helloDoneSeen) this.abbreviated = true
  }

  /** An encrypted handshake message before TLS 1.3, or a Finished that was read. */
  finishes(end: End, isClient: boolean, at: number): void {
    if (!isClient) this.serverFinishedAt ??= at
    else if (this.finishedAt === null) {
      this.finishedAt = at
      this.clientFinishesLast = this.serverFinishedAt !== null
    }
    this.finished[end] = true
    if (this.finished[0] && this.finished[1]) this.established = true
  }

  applicationRecord(end: End, isClient: boolean, length: number, { packet, at }: Arrival): void {
    const is13 = this.isTls13
    this.hidden[end] = is13 && length === ALERT_13 ? sighting(packet, at) : null
    if (is13 && isClient && this.finishedAt === null) {
      if (!this.offersEarlyData || FINISHED_ONLY.includes(length)) {
        this.finishedAt = at
        return
      }
      if (length === END_OF_EARLY_DATA) this.endOfEarlyDataSeen = true
    }
    if (isClient && this.serverHello !== null) {
      this.established = true
      if (this.serverFinishedAt === null) this.falseStart = true
    }
    const content = length - added(this.serverHello)
    const isLessFramed = this.clientHello?.alpn.includes('h2') === false
    this.speaking[end] = isMessage(content, isLessFramed, this.lastContent[otherEnd(end)])
    if (!this.speaking[end]) return
    this.lastContent[end] = content
    if (this.lastApplication !== end) this.turn(end, at)
    this.lastApplication = end
  }

  applicationRecordOver(end: End, at: number): void {
    if (this.speaking[end] && this.lastApplication === end) this.spokeUntil = at
  }

  private turn(end: End, at: number): void {
    // What the server says before the client has said anything (tickets) begins no idle time.
    if (this.turns[end] > 0 && this.lastApplication !== null) this.idle[end].add(this.spokeUntil, at)
    this.turns[end]++
    this.spokeUntil = at
  }

  alert(end: End, level: number, description: number, { packet, at }: Arrival): void {
    if (description === CLOSE_NOTIFY) this.closeNotify[end] ??= sighting(packet, at)
    else if (level === FATAL) this.fatal ??= { end, description }
  }

  /** An alert that cannot be read: once established it is almost always close_notify. */
  hiddenAlert(end: End, { packet, at }: Arrival): void {
    if (this.established) this.hidden[end] ??= sighting(packet, at)
  }

  /** @param clientLeg from the capture's place to the client and back, in nanoseconds */
  fact(client: End, clientLeg: number): TlsFact {
    const { serverHello, clientHelloAt, certificateNames, fatal } = this
    const readyAt = this.readyAt(clientLeg)
    const server = otherEnd(client)
    const kind = this.kind()
    const side = (end: End): Side => (end === client ? 'client' : 'server')
    const first = this.firstClosed(client)
    return {
      version: serverHello === null ? null : versionName(serverHello.version),
      sni: this.clientHello?.sni ?? null,
      alpn: this.alpn,
      kind,
      helloRetry: this.helloRetry,
      roundTrips: kind === 'early-data' ? 0 : this.serverFlights,
      decrypted: this.decrypted,
      setup: clientHelloAt === null || readyAt === null ? null : nanos(Math.max(0, readyAt - clientHelloAt)),
      ...(certificateNames.length > 0 ? { certificateNames } : {}),
      ...(this.decrypted ? {} : { estimatedTurns: this.turns[client], estimatedIdle: this.estimatedIdle(client) }),
      ...helloFacts(this.clientHello),
      ...(this.offersEarlyData ? { earlyData: this.earlyData(kind) } : {}),
      closeNotify: { client: this.closed(client) !== null, server: this.closed(server) !== null },
      ...(first === null ? {} : { closedBy: { by: side(first.end), ...first.seen } }),
      ...(fatal === null ? {} : { fatalAlert: { by: side(fatal.end), description: fatal.description } }),
    }
  }

  private estimatedIdle(client: End): EstimatedIdle {
    const since = this.lastApplication === otherEnd(client) && this.turns[client] > 0 ? this.spokeUntil : NaN
    return { gaps: this.idle[client].longest(), since: Number.isNaN(since) ? null : nanos(since) }
  }

  private earlyData(kind: TlsFact['kind']): NonNullable<TlsFact['earlyData']> {
    if (this.serverHello === null) return this.helloRetry ? 'rejected' : 'offered'
    return kind === 'early-data' ? 'accepted' : 'rejected'
  }

  /**
   * When the client could send application data: behind its own Finished where the server's came first (TLS 1.3, and a resumed session
   * before it), else once it had the server's (RFC 5246 §7.3). The ClientHello had left it half a leg before it was seen here, and the
   * server's Finished reached it half a leg after. With False Start (RFC 7918) it did not wait for that.
   */
  private readyAt(clientLeg: number): number | null {
    const { finishedAt, serverFinishedAt, falseStart } = this
    if (finishedAt === null || this.isTls13 || falseStart) return finishedAt
    if (serverFinishedAt === null) return null
    return this.clientFinishesLast ? finishedAt : serverFinishedAt + clientLeg
  }

  private closed(end: End): Sighting | null {
    return this.closeNotify[end] ?? (this.decrypted ? null : this.hidden[end])
  }

  private firstClosed(client: End): { readonly end: End; readonly seen: Sighting } | null {
    const server = otherEnd(client)
    const [mine, theirs] = [this.closed(client), this.closed(server)]
    if (theirs !== null && (mine === null || theirs.packet < mine.packet)) return { end: server, seen: theirs }
    return mine === null ? null : { end: client, seen: mine }
  }

  private kind(): TlsFact['kind'] {
    const { clientHello, serverHello } = this
    if (serverHello === null) return 'unknown'
    if (this.isTls13) {
      if (!serverHello.preSharedKey) return 'full'
      return this.tookEarlyData() ? 'early-data' : 'resumed'
    }
    const { sessionId } = serverHello
    const isSame = clientHello !== null && sessionId.length > 0 && same(sessionId, clientHello.sessionId)
    return !this.certificateSeen && !this.helloDoneSeen && (isSame || this.abbreviated) ? 'resumed' : 'full'
  }

  private tookEarlyData(): boolean {
    if (!this.offersEarlyData || this.helloRetry) return false
    // Without keys: EndOfEarlyData is sent only where it was taken. If neither it nor a Finished was seen the server's choice of
    // the key is all there is to go by.
    return this.earlyAccepted ?? (this.endOfEarlyDataSeen || this.finishedAt === null)
  }
}

const sighting = (packet: number, at: number): Sighting => ({ packet, at: nanos(at) })
/** Names of protocols; identifiers that are there to be passed over (RFC 8701 §2) are none. */
const PROTOCOL = /^[!-~]+$/

/** What a ClientHello tells besides. Absent, not empty, where it tells nothing. */
export function helloFacts(hello: ClientHello | null): Pick<TlsFact, 'alpnOffered' | 'encryptedClientHello'> {
  if (hello === null) return {}
  const offered = hello.alpn.filter((name) => PROTOCOL.test(name))
  return {
    ...(offered.length > 0 ? { alpnOffered: offered } : {}),
    ...(hello.isOuter ? { encryptedClientHello: true } : {}),
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i])
}
