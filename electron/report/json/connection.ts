/** A connection as `roundtrip.facts/1` has it. */
import type {
  ConnectionFact,
  EstimatedIdle,
  ExchangeFact,
  Handshake,
  Http2Fact,
  Sighting,
  TcpFact,
  TlsFact,
} from '../../../shared/model/facts'
import { nanos, toSeconds, type Nanos, type TimeBase } from '../../../shared/units'
import type { ConnectionFacts } from '../source'
import { timeText } from './capture'

const UNSEEN: Handshake = { complete: false, syn: null, synAck: null, ack: null, rtt: null, fastOpen: false }

const seconds = (duration: Nanos | null): number | null => (duration === null ? null : toSeconds(duration))

function counted(base: TimeBase, sighting: (Sighting & { readonly count: number }) | null): object | null {
  return sighting && { count: sighting.count, packet: sighting.packet, time: timeText(base, sighting.at) }
}

function handshakeJson(base: TimeBase, handshake: Handshake): object {
  return {
    complete: handshake.complete,
    syn: counted(base, handshake.syn),
    synAck: counted(base, handshake.synAck),
    ackPacket: handshake.ack?.packet ?? null,
    ackTime: timeText(base, handshake.ack?.at ?? null),
    rtt: seconds(handshake.rtt),
    fastOpen: handshake.fastOpen,
  }
}

function seen(base: TimeBase, sighting: Sighting | null): object | null {
  return sighting && { packet: sighting.packet, time: timeText(base, sighting.at) }
}

function tcpJson(base: TimeBase, tcp: TcpFact): object {
  const { zeroWindowTime: time, ignoredReset } = tcp
  return {
    opening: tcp.opening,
    samePortsAs: tcp.samePortsAs,
    keepAliveProbes: tcp.keepAliveProbes,
    zeroWindows: tcp.zeroWindows,
    zeroWindowSeconds: { client: toSeconds(time.client), server: toSeconds(time.server) },
    ignoredResets: tcp.ignoredResets,
    ignoredReset: ignoredReset && { by: ignoredReset.by, ...seen(base, ignoredReset) },
    dataAfterFin: tcp.dataAfterFin,
    overlaps: tcp.overlaps,
    ...(tcp.clientLastResent === undefined ? {} : { clientLastResent: tcp.clientLastResent }),
  }
}

/** Estimates: when, and how long, the connection was idle by what each side said in application records. */
function idleJson(base: TimeBase, { gaps, since }: EstimatedIdle, close: Sighting | null): object {
  return {
    gaps: gaps.map(({ since: at, length }) => ({ since: timeText(base, at), seconds: toSeconds(length) })),
    since: timeText(base, since),
    beforeCloseSeconds: since === null || close === null ? null : toSeconds(nanos(Math.max(0, close.at - since))),
  }
}

/** What ended a connection under TLS: close_notify, unless a FIN or a reset came before it. */
const firstEnd = (close: Sighting | null, closeNotify: Sighting | undefined): Sighting | null =>
  closeNotify === undefined || (close !== null && close.at < closeNotify.at) ? close : closeNotify

function tlsJson(base: TimeBase, tls: TlsFact, close: ConnectionFact['close']): object {
  const { version, sni, alpn, kind, helloRetry, roundTrips, decrypted } = tls
  const {
    certificateNames,
    estimatedTurns,
    estimatedIdle,
    alpnOffered,
    earlyData,
    encryptedClientHello,
    closeNotify,
    closedBy,
    fatalAlert,
  } = tls
  return {
    ...{ version, sni, alpn, kind, helloRetry, roundTrips, decrypted, setupSeconds: seconds(tls.setup) },
    ...(certificateNames === undefined ? {} : { certificateNames }),
    // An estimate of requests where none could be read; never mixed into the exact figures.
    ...(estimatedTurns === undefined ? {} : { estimatedTurns }),
    ...(estimatedIdle === undefined ? {} : { estimatedIdle: idleJson(base, estimatedIdle, firstEnd(close, closedBy)) }),
    ...(alpnOffered === undefined ? {} : { alpnOffered }),
    ...(earlyData === undefined ? {} : { earlyData }),
    ...(encryptedClientHello === undefined ? {} : { encryptedClientHello }),
    ...(closeNotify === undefined ? {} : { closeNotify }),
    ...(closedBy === undefined ? {} : { closedBy: { by: closedBy.by, ...seen(base, closedBy) } }),
    ...(fatalAlert === undefined ? {} : { fatalAlert }),
  }
}

/** Streams that the server began (RFC 9113 §5.1.1) were pushed. */
const pushed = (exchanges: readonly ExchangeFact[]): number =>
  exchanges.filter(({ stream }) => stream !== null && stream > 0 && stream % 2 === 0).length

/** What the ends announced. */
function http2Json(base: TimeBase, http2: Http2Fact, pushes: number): object {
  const { maxConcurrentStreams, goaway, origins, alternatives } = http2
  return {
    maxConcurrentStreams,
    goaway: goaway && {
      by: goaway.by,
      packet: goaway.packet,
      time: timeText(base, goaway.at),
      lastStream: goaway.lastStream,
      errorCode: goaway.errorCode,
    },
    pushes,
    origins,
    alternatives,
  }
}

export function exchangeJson(base: TimeBase, exchange: ExchangeFact): object {
  return {
    ordinal: exchange.ordinal,
    stream: exchange.stream,
    version: exchange.version,
    responseVersion: exchange.responseVersion,
    method: exchange.method,
    authority: exchange.authority,
    target: exchange.target,
    scheme: exchange.scheme,
    requestPacket: exchange.requestPacket,
    requestAt: timeText(base, exchange.requestAt),
    requestEndAt: timeText(base, exchange.requestEndAt),
    status: exchange.status,
    responsePacket: exchange.responsePacket,
    responseAt: timeText(base, exchange.responseAt),
    completeAt: timeText(base, exchange.completeAt),
    informational: exchange.informational,
    requestBytes: exchange.requestBytes,
    responseBytes: exchange.responseBytes,
    complete: exchange.complete,
    closeDelimited: exchange.closeDelimited,
    requestConnection: exchange.request?.connection ?? null,
    responseConnection: exchange.response?.connection ?? null,
    keepAlive: exchange.advertised,
    userAgent: exchange.userAgent,
    serverProduct: exchange.serverProduct,
  }
}

/** `close` is always an object; `by` and `how` are null while the connection was open at the capture's end. */
function closeJson(base: TimeBase, close: ConnectionFact['close']): object {
  return {
    by: close?.by ?? null,
    how: close?.how ?? null,
    packet: close?.packet ?? null,
    time: timeText(base, close?.at ?? null),
  }
}

/** Of TCP only. */
function minRttJson({ minRtt, minRttTo }: ConnectionFact): object {
  if (minRttTo === undefined) return {}
  return { minRtt: seconds(minRtt ?? null), minRttTo: { client: seconds(minRttTo.client), server: seconds(minRttTo.server) } }
}

/** `exchanges` comes last. */
export function connectionJson(base: TimeBase, { connection, exchanges, pushes = pushed(exchanges) }: ConnectionFacts): object {
  const handshake = connection.handshake ?? (connection.transport === 'tcp' ? UNSEEN : null)
  const { http2 = null } = connection
  return {
    id: connection.id,
    transport: connection.transport,
    client: connection.client,
    server: connection.server,
    sidesKnownBy: connection.sidesKnownBy,
    path: connection.path,
    firstPacket: connection.first.packet,
    lastPacket: connection.last.packet,
    firstTime: timeText(base, connection.first.at),
    lastTime: timeText(base, connection.last.at),
    packets: connection.packets,
    bytes: connection.bytes,
    handshake: handshake && handshakeJson(base, handshake),
    // Where there is no TCP handshake to tell: QUIC, and the setup that a HAR measured.
    ...(connection.rtt === undefined ? {} : { rtt: toSeconds(connection.rtt) }),
    ...(connection.setupTime === undefined ? {} : { setupSeconds: toSeconds(connection.setupTime) }),
    ...minRttJson(connection),
    retransmissions: connection.retransmissions,
    ...(connection.duplicates === undefined ? {} : { duplicates: connection.duplicates }),
    gaps: connection.gaps,
    ...(connection.tcp === undefined ? {} : { tcp: tcpJson(base, connection.tcp) }),
    tls: connection.tls && tlsJson(base, connection.tls, connection.close),
    application: connection.application,
    ...(http2 === null ? {} : { http2: http2Json(base, http2, pushes) }),
    close: closeJson(base, connection.close),
    fin: { client: seen(base, connection.fin.client), server: seen(base, connection.fin.server) },
    reset: connection.reset && { by: connection.reset.by, ...seen(base, connection.reset) },
    marks: connection.marks,
    exchanges: exchanges.map((exchange) => exchangeJson(base, exchange)),
  }
}
