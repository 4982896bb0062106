/** From one connection's entries to facts. */
import type { Application, ConnectionFact, ExchangeFact, TlsFact } from '../../../shared/model/facts'
import { bytes, nanos, NANOS_PER_MILLISECOND, type Nanos, type TimeBase } from '../../../shared/units'
import { connectionAuthOf, hasCredentials } from '../http/authentication'
import type { NetworkEntry } from './sort-out'
import { instantsOf } from './timing'
import type { HttpVersion } from './version'

/** A HAR shows no packets: packet numbers are 0. */
const NO_PACKET = 0

export interface HarConnection {
  readonly connection: ConnectionFact
  readonly exchanges: readonly ExchangeFact[]
}

/** Milliseconds since 1970 to an instant. The base is subtracted first: a double holds 1970 to now only to a quarter microsecond. */
export const instant = (base: TimeBase, milliseconds: number): Nanos =>
  nanos(Math.round((milliseconds - base * 1000) * NANOS_PER_MILLISECOND))

const duration = (milliseconds: number): Nanos => nanos(Math.round(milliseconds * NANOS_PER_MILLISECOND))

/** When the first of the entries opened or used its connection, milliseconds since 1970. */
export function openedAt(entries: readonly NetworkEntry[]): number {
  return entries.reduce((least, entry) => Math.min(least, instantsOf(entry).open), Infinity)
}

/** `entries`: one connection's, in order of request, at least one. */
export function harConnection(id: number, entries: readonly NetworkEntry[], base: TimeBase, estimated: boolean): HarConnection {
  const ordered = [...entries].sort((a, b) => instantsOf(a).request - instantsOf(b).request || a.index - b.index)
  const exchanges = ordered.map((entry, ordinal) => exchangeFact(id, ordinal, entry, base))
  const opener = ordered.find((entry) => (entry.timings.connect ?? 0) > 0)
  const first = instant(base, opener === undefined ? instantsOf(ordered[0]!).request : openedAt(ordered))
  const last = ordered.reduce((most, entry) => Math.max(most, instantsOf(entry).complete), -Infinity)
  return {
    exchanges,
    connection: {
      id,
      transport: 'har',
      client: { ip: '', port: known(ordered, (entry) => entry.clientPort, 0) },
      server: { ip: known(ordered, (entry) => entry.serverIp, ''), port: known(ordered, (entry) => entry.target.port, 0) },
      sidesKnownBy: 'request',
      path: '',
      first: { packet: NO_PACKET, at: first },
      last: { packet: NO_PACKET, at: instant(base, last) },
      packets: { client: 0, server: 0 },
      bytes: {
        client: bytes(exchanges.reduce((sum, { requestBytes }) => sum + requestBytes, 0)),
        server: bytes(exchanges.reduce((sum, { responseBytes }) => sum + responseBytes, 0)),
      },
      handshake: null,
      ...(opener === undefined ? {} : { setupTime: duration(opener.timings.connect ?? 0) }),
      retransmissions: 0,
      gaps: 0,
      tls: tlsFact(ordered, opener),
      application: applicationOf(known(ordered, (entry) => entry.request.version, '')),
      close: null,
      fin: { client: null, server: null },
      reset: null,
      marks: estimated ? ['estimated'] : [],
      exchangeCount: exchanges.length,
    },
  }
}

/** The first entry's value that is not the empty one. */
function known<T>(entries: readonly NetworkEntry[], value: (entry: NetworkEntry) => T, empty: T): T {
  for (const entry of entries) if (value(entry) !== empty) return value(entry)
  return empty
}

function applicationOf(version: HttpVersion): Application {
  if (version === '') return 'unknown'
  if (version === 'HTTP/3') return 'h3'
  return version === 'HTTP/2' || version === 'SPDY' ? 'h2' : 'http/1'
}

function tlsFact(entries: readonly NetworkEntry[], opener: NetworkEntry | undefined): TlsFact | null {
  const isSecure = (entry: NetworkEntry | undefined): boolean => entry?.target.scheme === 'https'
  // The opener's name was in the ClientHello; others may share its connection (RFC 9113 §9.1.1).
  const secure = isSecure(opener) ? opener : entries.find(isSecure)
  if (secure === undefined) return null
  const application = applicationOf(known(entries, (entry) => entry.request.version, ''))
  const version = known<string | null>(entries, (entry) => entry.tlsVersion, null)
  const ssl = opener?.timings.ssl ?? null
  return {
    version,
    sni: secure.target.authority?.replace(/:\d*$/, '') ?? null,
    alpn: application === 'h2' || application === 'h3' ? application : null,
    kind: 'unknown',
    helloRetry: false,
    // The least it can be: QUIC's handshake holds TLS's (RFC 9001 §4), a full TLS 1.2 handshake takes two (RFC 5246 §7.3).
    roundTrips: application === 'h3' ? 0 : version === null || version === 'TLS 1.3' ? 1 : 2,
    decrypted: true,
    setup: ssl === null ? null : duration(ssl),
  }
}

function exchangeFact(connection: number, ordinal: number, entry: NetworkEntry, base: TimeBase): ExchangeFact {
  const at = instantsOf(entry)
  const { request, response, target } = entry
  return {
    connection,
    ordinal,
    stream: null,
    version: request.version,
    responseVersion: response.version === '' ? null : response.version,
    method: entry.method === '' ? null : entry.method,
    authority: target.authority,
    target: target.path,
    scheme: target.scheme === 'http' || target.scheme === 'https' ? target.scheme : null,
    requestPacket: NO_PACKET,
    requestAt: instant(base, at.request),
    requestEndAt: instant(base, at.requestEnd),
    status: entry.status,
    responsePacket: NO_PACKET,
    responseAt: at.response === null ? null : instant(base, at.response),
    completeAt: instant(base, at.complete),
    informational: [],
    requestBytes: bytes(request.bytes),
    responseBytes: bytes(response.bytes),
    complete: !response.failed,
    request: request.persistence,
    response: response.persistence,
    advertised: response.advertised,
    closeDelimited: false,
    userAgent: request.userAgent,
    serverProduct: response.server,
    requestVia: request.via,
    responseVia: response.via,
    forwarded: request.forwarded,
    requestMarks: request.marks,
    responseMarks: response.marks,
    credentials: hasCredentials(request.authentication),
    connectionAuth: connectionAuthOf(entry.status, response.authentication),
    forwarding: entry.forwarding,
  }
}
