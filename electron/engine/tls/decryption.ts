/**
 * Opens what both ends protect, as the handshake changes their keys (RFC 8446 §7.3, RFC 5246 §6.3). Records that come before
 * what tells their keys wait, within bounds; after a gap the number of records in it is found by trial.
 */
import type { Arrival } from '../tcp/stream-reader'
import type { TlsEnd } from './end'
import { ContentType, LONGEST_RECORD, RECORD_HEADER } from './content'
import type { ClientHello, ServerHello } from './hello'
import type { KeyLog } from './keylog'
import { BEGINNING } from './beginnings'
import type { Observed } from './observed'
import { Tls13Protection } from './protection'
import type { Protection } from './protection'
import { ALL_WANTED, NONE_WANTED } from './records'
import type { RecordHeader } from './records'
import { tls12Protection, tls13Protection } from './session-keys'
import type { Epoch } from './session-keys'

/** Early data and what overtook the ServerHello: servers take 16 KiB of early data, rarely more. */
const MOST_HELD = 256 << 10
/** The same over all connections. */
const MOST_WAITING = 64 << 20
/** Trials at records that may lie in a gap, over the connection's life. */
const MOST_TRIALS = 4096
/** Records that do not open, one after the other, before an end is given up. */
const MOST_FAILURES = 64

/** Shorter records are always read: alerts, tickets and key updates come between those of a body. */
const LEAST_SKIPPED = 1024
/** Given in the stead of what is only counted. */
const BLANK = new Uint8Array(LONGEST_RECORD)

/** Its records follow each other without gaps under a key that is known to be right, and need not each be authenticated. */
const isSettled = (keys: Keys, protection: Protection): boolean =>
  protection.proven && keys.gap < 0 && !keys.pads && keys.epoch !== 'early' && keys.epoch !== 'handshake'

interface Held {
  readonly header: RecordHeader
  readonly data: Uint8Array
  readonly arrival: Arrival
}

/** What decryption keeps of one end. */
class Keys {
  held: Held[] = []
  heldBytes = 0
  /** Nothing more of this end will be opened. */
  isLost = false
  failures = 0
  epoch: Epoch | null = null
  /** Octets of the stream since the last record that was seen whole; −1 where none are missing. */
  gap = -1
  /** Records are padded, or other things are sent in the midst of a body: each is to be read. */
  pads = false
}

export class Decryption {
  private readonly keys: readonly [Keys, Keys] = [new Keys(), new Keys()]
  private clientRandom: Uint8Array | null = null
  private hello: ServerHello | null = null
  private trials = 0

  constructor(
    private readonly log: KeyLog,
    private readonly observed: Observed,
    private readonly ends: readonly [TlsEnd, TlsEnd],
    private readonly isClient: (end: TlsEnd) => boolean,
  ) {}

  /**
   * What is wanted of a record of application data: nothing where this end's records cannot be opened, now or once more is known; of one
   * that lies within a body, whose octets are only counted, the one that tells whether it is what it seems.
   */
  wants(end: TlsEnd, header: Readonly<RecordHeader>): number {
    const keys = this.keys[end.number]
    if (this.log.size === 0 || keys.isLost) return NONE_WANTED
    const { protection } = end
    if (protection?.skip === undefined || header.length < LEAST_SKIPPED || !isSettled(keys, protection)) return ALL_WANTED
    const { tagLength, added } = protection
    return (end.reader.onlyCounted ?? 0) >= header.length - added ? header.length - tagLength - 1 : ALL_WANTED
  }

  /** A record within a body has passed unread. */
  pass(end: TlsEnd, header: Readonly<RecordHeader>, octet: number, arrival: Arrival): void {
    const keys = this.keys[end.number]
    const { protection } = end
    if (protection?.skip === undefined) return
    const length = protection.skip(header, octet)
    if (length >= 0) return end.events.opened(end, protection.type, BLANK.subarray(0, length), arrival)
    keys.pads = true
    if (protection.type === ContentType.handshake || protection.type === ContentType.alert) return
    // How much of the body it held stays unknown, once: whoever reads looks for what comes behind it.
    const counted = end.reader.onlyCounted ?? 0
    end.lack(Number.isFinite(counted) ? counted + 1 : header.length - protection.added)
  }

  finish(): void {
    if (this.clientRandom === null) this.log.nameless = true
    for (const keys of this.keys) this.drop(keys)
  }

  clientHello({ random }: ClientHello): void {
    this.clientRandom = random
    if (this.log.has(random)) this.begin()
    // Renegotiation (RFC 5246 §7.4.1.1): what was agreed on before holds until the ends change to the new keys.
    else if (this.hello === null) for (const keys of this.keys) this.giveUp(keys)
  }

  serverHello(hello: ServerHello): void {
    if (hello.isRetry) {
      for (const end of this.ends) if (this.isClient(end)) this.drop(this.keys[end.number])
      return
    }
    this.hello = hello
    this.begin()
  }

  /** Both hellos are there, whichever came first in the file: TLS 1.3 encrypts from here on. */
  private begin(): void {
    const { observed } = this
    if (this.clientRandom === null || this.hello === null || !observed.isTls13) return
    for (const end of this.ends) {
      // Early data waits until the server says whether it took it.
      if (this.keys[end.number].epoch !== null || (this.isClient(end) && observed.offersEarlyData && !observed.helloRetry))
        continue
      this.enter(end, 'handshake')
      this.release(end)
    }
  }

  /** The server's EncryptedExtensions say whether early data was taken. */
  earlyData(isAccepted: boolean): void {
    for (const end of this.ends) {
      if (!this.isClient(end) || this.keys[end.number].epoch !== null) continue
      this.enter(end, isAccepted ? 'early' : 'handshake')
      this.release(end)
    }
  }

  endOfEarlyData(end: TlsEnd): void {
    if (this.keys[end.number].epoch === 'early') this.enter(end, 'handshake')
  }

  finished(end: TlsEnd): void {
    if (this.keys[end.number].epoch === 'handshake') this.enter(end, 'application')
  }

  keyUpdate(end: TlsEnd): void {
    if (end.protection instanceof Tls13Protection && this.keys[end.number].epoch === 'application')
      end.protection = end.protection.updated()
  }

  /** Before TLS 1.3: the next record is the first under new keys. */
  changeCipherSpec(end: TlsEnd): void {
    const { clientRandom, hello } = this
    end.protection =
      clientRandom === null || hello === null
        ? null
        : tls12Protection(this.log, clientRandom, hello, this.isClient(end) ? 'client' : 'server')
    this.keys[end.number].gap = -1
    if (end.protection === null) this.giveUp(this.keys[end.number])
  }

  /** A protected record. */
  take(end: TlsEnd, header: Readonly<RecordHeader>, buf: Uint8Array, start: number, stop: number, arrival: Arrival): void {
    const keys = this.keys[end.number]
    if (keys.isLost || this.log.size === 0) return
    if (end.protection === null) this.hold(keys, header, buf, start, stop, arrival)
    else this.open(end, keys, end.protection, header, buf, start, stop, arrival)
  }

  damaged(end: TlsEnd, header: Readonly<RecordHeader>): void {
    const keys = this.keys[end.number]
    if (end.protection === null || keys.isLost) return
    keys.gap = Math.max(0, keys.gap) + RECORD_HEADER + header.length
  }

  resumed(end: TlsEnd, skipped: number): void {
    const keys = this.keys[end.number]
    if (end.protection !== null && !keys.isLost) keys.gap = Math.max(0, keys.gap) + skipped
  }

  private enter(end: TlsEnd, epoch: Epoch): void {
    const keys = this.keys[end.number]
    keys.epoch = epoch
    end.protection = this.protectionFor(end, epoch)
    // A key log may hold the later secrets only.
    if (end.protection === null && epoch === 'handshake') this.enter(end, 'application')
    else if (end.protection === null) this.giveUp(keys)
  }

  private protectionFor(end: TlsEnd, epoch: Epoch): Protection | null {
    const { clientRandom, hello } = this
    if (clientRandom === null || hello === null) return null
    return tls13Protection(this.log, clientRandom, hello.cipherSuite, epoch, this.isClient(end) ? 'client' : 'server')
  }

  private hold(keys: Keys, header: Readonly<RecordHeader>, buf: Uint8Array, start: number, stop: number, arrival: Arrival): void {
    const { log } = this
    const length = stop - start
    // With neither hello it began before the capture did: nothing will ever open it.
    const isHopeless = this.clientRandom === null && this.hello === null
    if (isHopeless || keys.heldBytes + length > MOST_HELD || log.waiting + length > MOST_WAITING) return this.giveUp(keys)
    keys.heldBytes += length
    log.waiting += length
    keys.held.push({ header: { ...header }, data: buf.slice(start, stop), arrival: { ...arrival } })
  }

  private release(end: TlsEnd): void {
    const keys = this.keys[end.number]
    const { held } = keys
    this.drop(keys)
    for (const { header, data, arrival } of held) this.take(end, header, data, 0, data.length, arrival)
  }

  private open(
    end: TlsEnd,
    keys: Keys,
    protection: Protection,
    header: Readonly<RecordHeader>,
    buf: Uint8Array,
    start: number,
    stop: number,
    arrival: Arrival,
  ): void {
    const mayPass = header.length <= BEGINNING || end.reader.onlyCounted !== undefined
    if (
      mayPass &&
      protection.skip !== undefined &&
      isSettled(keys, protection) &&
      this.openLazily(end, protection, header, buf, start, stop, arrival)
    )
      return
    const content =
      keys.gap < 0
        ? protection.open(header, buf, start, stop)
        : this.openAfterGap(end, keys, protection, header, buf, start, stop)
    if (content !== null) {
      keys.failures = 0
      if (protection.padded) keys.pads = true
      end.events.opened(end, protection.type, content, arrival)
      return
    }
    keys.failures++
    // Early data that the server refused stays unread; and a Finished in a gap changed the keys unseen.
    if (keys.epoch === 'handshake' && this.openWithNext(end, header, buf, start, stop, arrival)) return
    if (keys.failures > MOST_FAILURES) this.giveUp(keys)
  }

  /**
   * Decrypts the beginning of a record, and the rest only if whoever reads it does more than count.
   *
   * @returns false where it is to be opened whole
   */
  private openLazily(
    end: TlsEnd,
    protection: Protection & { readonly skip: object },
    header: Readonly<RecordHeader>,
    buf: Uint8Array,
    start: number,
    stop: number,
    arrival: Arrival,
  ): boolean {
    const beginning = protection.peek(header, buf, start)
    if (beginning === null) return false
    const { type } = protection
    const read = beginning.length
    const rest = header.length - protection.added - read
    end.events.opened(end, type, beginning, arrival)
    if (rest > 0 && (end.reader.onlyCounted ?? 0) < rest) {
      const content = protection.open(header, buf, start, stop)
      if (content !== null) end.events.opened(end, type, content.subarray(read), arrival)
      else {
        // What began well is damaged farther on.
        protection.sequence++
        end.lack(rest)
      }
      return true
    }
    protection.sequence++
    if (rest > 0) end.events.opened(end, type, BLANK.subarray(0, rest), arrival)
    return true
  }

  private openWithNext(
    end: TlsEnd,
    header: Readonly<RecordHeader>,
    buf: Uint8Array,
    start: number,
    stop: number,
    arrival: Arrival,
  ): boolean {
    const next = this.protectionFor(end, 'application')
    const content = next?.open(header, buf, start, stop) ?? null
    if (next === null || content === null) return false
    const keys = this.keys[end.number]
    keys.epoch = 'application'
    keys.failures = 0
    keys.gap = -1
    end.protection = next
    end.events.opened(end, next.type, content, arrival)
    return true
  }

  /** Tries the sequence numbers that the missing octets have room for. */
  private openAfterGap(
    end: TlsEnd,
    keys: Keys,
    protection: Protection,
    header: Readonly<RecordHeader>,
    buf: Uint8Array,
    start: number,
    stop: number,
  ): Uint8Array | null {
    const first = protection.sequence
    const least = RECORD_HEADER + (protection.added ?? 32)
    const most = Math.min(Math.floor(keys.gap / least), MOST_TRIALS - this.trials)
    for (let lost = 0; lost <= most; lost++) {
      protection.sequence = first + lost
      this.trials++
      const content = protection.open(header, buf, start, stop)
      if (content === null) continue
      // Where padding hides how much is missing, too much is claimed: what reads on then looks for a message's start.
      end.lack(protection.added === null ? keys.gap : keys.gap - lost * least)
      keys.gap = -1
      return content
    }
    protection.sequence = first
    return null
  }

  private drop(keys: Keys): void {
    this.log.waiting -= keys.heldBytes
    keys.held = []
    keys.heldBytes = 0
  }

  private giveUp(keys: Keys): void {
    this.drop(keys)
    keys.isLost = true
  }
}
