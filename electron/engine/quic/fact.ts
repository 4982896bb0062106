import { bytes, nanos } from '../../../shared/units'
import type { Application, ConnectionFact, ConnectionMark, TlsFact } from '../../../shared/model/facts'
import { isTls13, versionName } from '../tls/hello'
import { helloFacts } from '../tls/observed'
import type { QuicConnection } from './connection'
import { CLIENT, SERVER } from './role'

/** HTTP/3 and its drafts ("h3-29"). */
const HTTP3 = /^h3(-\d+|-[TQ]\d+)?$/

/** What was seen of a connection that is over, or given up. */
export function factOf(c: QuicConnection, path: string): ConnectionFact {
  const { timeline } = c
  const setup = c.setup
  return {
    id: c.id,
    transport: 'quic',
    client: c.client,
    server: c.server,
    sidesKnownBy: c.knownBy,
    path,
    first: { packet: c.firstPacket, at: nanos(c.firstAt) },
    last: { packet: c.lastPacket, at: nanos(c.lastAt) },
    packets: { client: c.packets[CLIENT], server: c.packets[SERVER] },
    bytes: { client: bytes(c.bytes[CLIENT]), server: bytes(c.bytes[SERVER]) },
    handshake: null,
    // With early data the client had nothing to wait for.
    ...(setup < 0 ? {} : { setupTime: nanos(tookEarlyData(c) ? 0 : setup) }),
    ...(timeline.rtt < 0 ? {} : { rtt: nanos(timeline.rtt) }),
    retransmissions: 0,
    duplicates: c.duplicates,
    gaps: 0,
    tls: tlsOf(c, setup),
    application: applicationOf(c),
    close: c.close,
    fin: { client: null, server: null },
    reset: null,
    marks: marksOf(c),
    exchangeCount: c.exchangeCount,
  }
}

/** Null where nothing of the handshake could be read. */
function tlsOf(c: QuicConnection, setup: number): TlsFact | null {
  const { hellos } = c
  if (hellos.client === null && hellos.server === null && hellos.encrypted === null) return null
  return {
    version: versionOf(c),
    sni: hellos.client?.sni ?? null,
    alpn: alpnOf(c),
    kind: kindOf(c),
    helloRetry: hellos.retried,
    roundTrips: roundTripsOf(c),
    decrypted: c.decrypted,
    setup: setup < 0 ? null : nanos(setup),
    ...(c.decrypted ? {} : { estimatedTurns: c.turns.count, estimatedIdle: c.turns.estimatedIdle }),
    ...helloFacts(hellos.client),
    ...(hellos.client?.earlyData === true ? { earlyData: earlyDataOf(c) } : {}),
    ...(hellos.certificateNames.length > 0 ? { certificateNames: hellos.certificateNames } : {}),
  }
}

/** QUIC has no TLS before 1.3 (RFC 9001 §4.2): where the capture lacks the ServerHello, what followed it tells. */
function versionOf({ hellos: { server, encrypted } }: QuicConnection): string | null {
  if (server === null) return encrypted === null ? null : 'TLS 1.3'
  return isTls13(server.version) ? 'TLS 1.3' : versionName(server.version)
}

/**
 * The protocol agreed on stands in EncryptedExtensions. Without keys it is known all the same where only one was offered and the server
 * went on: QUIC fails where none is agreed on (RFC 9001 §8.1).
 */
function alpnOf({ hellos }: QuicConnection): string | null {
  if (hellos.encrypted !== null) return hellos.encrypted.alpn
  const offered = hellos.client?.alpn ?? []
  return offered.length === 1 && hellos.server !== null ? offered[0]! : null
}

export function applicationOf(c: QuicConnection): Application {
  const agreed = alpnOf(c)
  if (agreed !== null) return HTTP3.test(agreed) ? 'h3' : 'unknown'
  const offered = c.hellos.client?.alpn ?? []
  return offered.length > 0 && offered.every((name) => HTTP3.test(name)) ? 'h3' : 'unknown'
}

function kindOf(c: QuicConnection): TlsFact['kind'] {
  const { server } = c.hellos
  if (server === null) return 'unknown'
  if (!server.preSharedKey) return 'full'
  return tookEarlyData(c) ? 'early-data' : 'resumed'
}

/**
 * 0-RTT packets were sent, and accepted. Only keys tell for certain; without them a server that resumed the session is taken to have
 * accepted the early data that was offered with it.
 */
function tookEarlyData({ hellos, timeline }: QuicConnection): boolean {
  if (!timeline.earlyData || hellos.server?.preSharedKey !== true) return false
  return hellos.encrypted?.earlyData ?? true
}

/** Of early data that was offered. */
function earlyDataOf(c: QuicConnection): NonNullable<TlsFact['earlyData']> {
  const { server, encrypted } = c.hellos
  if (encrypted !== null) return encrypted.earlyData ? 'accepted' : 'rejected'
  if (server !== null && !server.preSharedKey) return 'rejected'
  return tookEarlyData(c) ? 'accepted' : 'offered'
}

/** Before application data could go: the handshake's one, and one for each answer that made the client begin anew. */
function roundTripsOf(c: QuicConnection): number {
  const { hellos, timeline } = c
  const again = timeline.retries + (timeline.versionNegotiated ? 1 : 0) + (hellos.retried ? 1 : 0)
  return (tookEarlyData(c) ? 0 : 1) + again
}

function marksOf(c: QuicConnection): ConnectionMark[] {
  const marks: ConnectionMark[] = []
  const [client, server] = c.packets
  if (c.timeline.initialAt < 0) marks.push('mid-stream')
  if ((client === 0 || server === 0) && client + server > 2) marks.push('one-sided')
  if (c.truncated) marks.push('truncated')
  if (c.close === null) marks.push('unfinished')
  return marks
}
