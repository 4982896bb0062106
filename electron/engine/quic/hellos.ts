/** The TLS handshake inside CRYPTO frames (RFC 9001 §4): its hellos are readable by anyone, its other messages with keys. */
import type { Budget } from '../bytes/budget'
import { Direction } from '../tcp/direction'
import type { Arrival, StreamReader } from '../tcp/stream-reader'
import { certificateNames } from '../tls/certificate'
import { Message } from '../tls/content'
import { HandshakeReader } from '../tls/handshake'
import type { MessageEvents } from '../tls/handshake'
import { parseClientHello, parseEncryptedExtensions, parseServerHello, quicParameters } from '../tls/hello'
import type { ClientHello, ServerHello } from '../tls/hello'
import { Cursor } from './cursor'
import { letGo } from './let-go'
import { CLIENT } from './role'
import type { Role } from './role'

export type CryptoLevel = 'initial' | 'handshake'

/** Bytes of one CRYPTO stream: a handshake with large certificates needs a hundred thousand. */
const LARGEST = 1 << 18

export class Hellos {
  client: ClientHello | null = null
  server: ServerHello | null = null
  /** The server asked for another ClientHello. */
  retried = false
  /** The server's token for the id of the handshake, in its transport parameters. */
  resetToken: Uint8Array | null = null
  encrypted: { readonly alpn: string | null; readonly earlyData: boolean } | null = null
  /** With keys: the names in the server's certificate. */
  certificateNames: readonly string[] = []
  /** When the client's Finished was whole; −1 until seen. */
  finishedAt = -1
  private readonly streams = new Map<string, Direction>()
  private readers: CryptoStream[] = []

  /** @param budget counts what waits for bytes before it */
  constructor(private readonly budget: Budget) {}

  /** Takes bytes of a CRYPTO stream in whatever order they come. */
  take(level: CryptoLevel, role: Role, buf: Uint8Array, start: number, length: number, offset: number, arrival: Arrival): void {
    if (offset + length > LARGEST) return
    const name = `${level} ${role}`
    let stream = this.streams.get(name)
    if (stream === undefined) {
      const reader = new CryptoStream(this, role, this.budget)
      this.readers.push(reader)
      stream = new Direction(reader, this.budget)
      this.streams.set(name, stream)
    }
    stream.segment(offset, buf, start, start + length, length, arrival)
  }

  /** The client begins anew. Its hello should stay the same after a Retry (RFC 9000 §17.2.5.3), yet some make another. */
  restart(): void {
    this.release()
    this.client = null
  }

  /** Nothing more will be read: what waits is let go. */
  release(): void {
    for (const stream of this.streams.values()) letGo(stream)
    for (const reader of this.readers) reader.release()
    this.streams.clear()
    this.readers = []
  }

  /** A handshake message. */
  message(role: Role, type: number, b: Uint8Array, start: number, end: number, at: number): void {
    if (role === CLIENT) {
      if (type === Message.clientHello) this.client ??= parseClientHello(b, start, end)
      else if (type === Message.finished && this.finishedAt < 0) this.finishedAt = at
      return
    }
    if (type === Message.serverHello) {
      const hello = parseServerHello(b, start, end)
      if (hello.isRetry) this.retried = true
      else this.server ??= hello
    } else if (type === Message.encryptedExtensions) {
      if (this.encrypted !== null) return
      this.encrypted = parseEncryptedExtensions(b, start, end)
      this.resetToken = statelessResetToken(quicParameters(b, start, end))
    } else if (type === Message.certificate && this.certificateNames.length === 0) {
      // Behind the request's context, which a server's has none of (RFC 8446 §4.4.2).
      this.certificateNames = certificateNames(b, start + 1 + (b[start] ?? 0), end)
    }
  }
}

/** The parameter 0x02 (RFC 9000 §18.2). */
function statelessResetToken(parameters: Uint8Array | null): Uint8Array | null {
  const c = new Cursor(parameters ?? new Uint8Array(0), 0, parameters?.length ?? 0)
  while (c.left > 0 && !c.failed) {
    const id = c.varint()
    const value = c.take(c.varint())
    if (id === 2 && value.length > 0) return value.slice()
  }
  return null
}

/** One direction's CRYPTO stream at one level, cut into handshake messages. */
class CryptoStream implements StreamReader, MessageEvents {
  private readonly reader: HandshakeReader
  private at = 0
  /** Bytes were missing: where the next message begins is not known. */
  private lost = false

  constructor(
    private readonly hellos: Hellos,
    private readonly role: Role,
    budget: Budget,
  ) {
    this.reader = new HandshakeReader(this, budget)
  }

  release(): void {
    this.reader.release()
  }

  data(buf: Uint8Array, start: number, end: number, _offset: number, arrival: Arrival): void {
    this.at = arrival.at
    if (!this.lost) this.reader.take(buf, start, end)
  }

  missing(): void {
    if (!this.lost) this.reader.cut()
    this.lost = true
  }

  end(): void {
    // A CRYPTO stream has none.
  }

  message(type: number, buf: Uint8Array, start: number, end: number): void {
    this.hellos.message(this.role, type, buf, start, end, this.at)
  }
}
