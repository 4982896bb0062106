/** A TLS connection: both directions' records, the handshake they tell of, and, with keys, what they carry. */
import type { TlsFact } from '../../../shared/model/facts'
import type { Arrival } from '../tcp/stream-reader'
import type { End, Layer, LayerHost, Place } from '../http/layer'
import { otherEnd } from '../http/layer'
import { certificateNames } from './certificate'
import { CLOSE_NOTIFY, ContentType, Message } from './content'
import { Decryption } from './decryption'
import { TlsEnd } from './end'
import type { EndEvents } from './end'
import { parseClientHello, parseEncryptedExtensions, parseServerHello } from './hello'
import { Observed } from './observed'
import { ALL_WANTED, NONE_WANTED } from './records'
import type { RecordHeader } from './records'
import { ssl2ClientHello } from './ssl2'

export class TlsConnection implements Layer, EndEvents {
  private readonly ends: readonly [TlsEnd, TlsEnd]
  private readonly observed = new Observed()
  private readonly decryption: Decryption
  private inside: Layer | null = null

  constructor(
    private readonly host: LayerHost,
    private readonly place: Place,
  ) {
    this.ends = [new TlsEnd(this, 0, host.shared.budget), new TlsEnd(this, 1, host.shared.budget)]
    this.decryption = new Decryption(host.shared.keys, this.observed, this.ends, (end) => this.isClient(end))
    host.application = 'tls'
    host.tls ??= this
  }

  get streams(): readonly [TlsEnd['records'], TlsEnd['records']] {
    return [this.ends[0].records, this.ends[1].records]
  }

  finish(last: Arrival): void {
    for (const end of this.ends) {
      end.handshake.cut()
      end.records.release()
    }
    this.decryption.finish()
    this.inside?.finish(last)
  }

  fact(client: End, clientLeg: number): TlsFact {
    return this.observed.fact(client, clientLeg)
  }

  begins(end: TlsEnd, header: Readonly<RecordHeader>, arrival: Arrival): number {
    if (header.type !== ContentType.applicationData) return header.type === ContentType.heartbeat ? NONE_WANTED : ALL_WANTED
    this.observed.applicationRecord(end.number, this.isClient(end), header.length, arrival)
    return this.decryption.wants(end, header)
  }

  passed(end: TlsEnd, header: Readonly<RecordHeader>, octet: number, arrival: Arrival): void {
    end.arrival = arrival
    this.decryption.pass(end, header, octet, arrival)
  }

  content(end: TlsEnd, header: Readonly<RecordHeader>, buf: Uint8Array, start: number, stop: number, arrival: Arrival): void {
    end.arrival = arrival
    switch (header.type) {
      case ContentType.changeCipherSpec:
        this.changeCipherSpec(end)
        break
      case ContentType.applicationData:
        this.decryption.take(end, header, buf, start, stop, arrival)
        break
      case ContentType.ssl2:
        this.ssl2(end, buf, start, stop)
        break
      default:
        this.handshakeOrAlert(end, header, buf, start, stop, arrival)
    }
  }

  over(end: TlsEnd, header: Readonly<RecordHeader>, arrival: Arrival): void {
    if (header.type === ContentType.applicationData) this.observed.applicationRecordOver(end.number, arrival.at)
  }

  damaged(end: TlsEnd, header: Readonly<RecordHeader>, buf: Uint8Array, start: number, stop: number, arrival: Arrival): void {
    end.arrival = arrival
    if (header.type === ContentType.handshake && !end.encrypted) {
      end.handshake.take(buf, start, stop)
      end.handshake.cut()
    }
    this.decryption.damaged(end, header)
  }

  resumed(end: TlsEnd, skipped: number): void {
    end.handshake.cut()
    this.decryption.resumed(end, skipped)
  }

  ended(end: TlsEnd, arrival: Arrival): void {
    end.reader.end(arrival)
  }

  /** A handshake message, in clear or decrypted. */
  message(end: TlsEnd, type: number, buf: Uint8Array, start: number, stop: number, whole: boolean): void {
    const { observed, decryption } = this
    const { arrival } = end
    switch (type) {
      case Message.clientHello: {
        if (this.host.client === null) this.host.clientIs(end.number)
        const hello = parseClientHello(buf, start, stop)
        observed.hello(hello, arrival.at)
        if (whole) decryption.clientHello(hello)
        break
      }
      case Message.serverHello: {
        if (this.host.client === null) this.host.clientIs(otherEnd(end.number))
        const hello = parseServerHello(buf, start, stop)
        observed.answered(hello)
        if (whole) decryption.serverHello(hello)
        break
      }
      case Message.helloRetryRequest:
        observed.helloRetry = true
        break
      case Message.encryptedExtensions: {
        const { alpn, earlyData } = parseEncryptedExtensions(buf, start, stop)
        observed.alpn ??= alpn
        observed.earlyAccepted = earlyData
        decryption.earlyData(earlyData)
        break
      }
      case Message.certificate:
        if (!this.isClient(end))
          observed.certificate(certificateNames(buf, observed.isTls13 ? start + 1 + (buf[start] ?? 0) : start, stop))
        break
      case Message.serverHelloDone:
        observed.helloDone()
        break
      case Message.finished:
        observed.finishes(end.number, this.isClient(end), arrival.at)
        decryption.finished(end)
        break
      case Message.endOfEarlyData:
        decryption.endOfEarlyData(end)
        break
      case Message.keyUpdate:
        decryption.keyUpdate(end)
        break
    }
  }

  /** What a record held, once decrypted. */
  opened(end: TlsEnd, type: number, content: Uint8Array, arrival: Arrival): void {
    this.observed.decrypted = true
    end.arrival = arrival
    if (type === ContentType.applicationData) {
      this.inside ??= this.host.open(this.ends, {
        scheme: 'https',
        depth: this.place.depth + 1,
        agreed: this.observed.alpn === 'h2' ? 'h2' : null,
      })
      end.deliver(content, arrival, this.ends[otherEnd(end.number)])
    } else if (type === ContentType.handshake) end.handshake.take(content, 0, content.length)
    else if (type === ContentType.alert) this.alert(end, content, 0, content.length)
    end.opened(end.records.recordEnd)
  }

  private isClient(end: TlsEnd): boolean {
    return this.host.client === null || this.host.client === end.number
  }

  private handshakeOrAlert(
    end: TlsEnd,
    header: Readonly<RecordHeader>,
    buf: Uint8Array,
    start: number,
    stop: number,
    arrival: Arrival,
  ): void {
    const { observed } = this
    const isHandshake = header.type === ContentType.handshake
    if (end.encrypted) {
      if (isHandshake) {
        observed.handshakeRecord(this.isClient(end))
        observed.finishes(end.number, this.isClient(end), arrival.at)
      } else observed.hiddenAlert(end.number, arrival)
      this.decryption.take(end, header, buf, start, stop, arrival)
    } else if (isHandshake) {
      end.handshake.take(buf, start, stop)
      observed.handshakeRecord(this.isClient(end))
    } else this.alert(end, buf, start, stop)
  }

  private changeCipherSpec(end: TlsEnd): void {
    const { observed } = this
    observed.changeCipherSpec(this.isClient(end))
    if (observed.isTls13 || (observed.serverHello === null && observed.helloRetry)) return
    // In TLS 1.3 it means nothing (RFC 8446 §D.4), and a client may send it before the version is known.
    if (observed.serverHello === null && this.isClient(end) && observed.clientHello !== null) return
    observed.handshakeRecord(this.isClient(end))
    end.encrypted = true
    this.decryption.changeCipherSpec(end)
  }

  private alert(end: TlsEnd, buf: Uint8Array, start: number, stop: number): void {
    if (stop - start !== 2) return
    const description = buf[start + 1]!
    this.observed.alert(end.number, buf[start]!, description, end.arrival)
    if (description === CLOSE_NOTIFY) end.reader.end(end.arrival)
  }

  private ssl2(end: TlsEnd, buf: Uint8Array, start: number, stop: number): void {
    const hello = ssl2ClientHello(buf, start, stop)
    if (hello === null) return
    if (this.host.client === null) this.host.clientIs(end.number)
    this.observed.hello(hello, end.arrival.at)
    this.observed.handshakeRecord(true)
    this.decryption.clientHello(hello)
  }
}
