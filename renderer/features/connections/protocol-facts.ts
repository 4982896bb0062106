/** What is known of a connection's TLS and HTTP/2, as rows of a list: name and value. Values may hold what a capture says: show them as plain text. */
import { formatCount, formatDuration, plural } from '../../../shared/format'
import type { ConnectionFact, EstimatedIdle, Http2Fact, Sighting, TlsFact } from '../../../shared/model/facts'

export type FactRow = readonly [name: string, value: string]

const HANDSHAKES: Readonly<Record<TlsFact['kind'], string>> = {
  full: 'Full',
  resumed: 'Resumed',
  'early-data': 'Resumed, with early data (0-RTT)',
  unknown: 'Not seen',
}

/** RFC 9113 §7. */
const HTTP2_ERRORS = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
] as const

const rows = (all: readonly (readonly [string, string | null])[]): readonly FactRow[] =>
  all.flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, value] as const]))

/** Beside the handshake, which tells of early data that was taken. */
const EARLY_DATA: Readonly<Record<NonNullable<TlsFact['earlyData']>, string | null>> = {
  offered: 'Offered; whether the server took it was not seen',
  accepted: null,
  rejected: 'Offered, and rejected by the server: what was sent early had to be sent again',
}

/** Encrypted ClientHello (RFC 9849): what is in clear may be a name that many share. */
const nameText = ({ sni, encryptedClientHello }: TlsFact): string | null =>
  sni !== null && encryptedClientHello === true ? `${sni} (may stand for another: the client offered Encrypted ClientHello)` : sni

/** In TLS 1.3 the server's choice is encrypted. */
const offeredText = ({ version, decrypted, alpnOffered = [] }: TlsFact): string | null =>
  decrypted || version !== 'TLS 1.3' || alpnOffered.length === 0
    ? null
    : `Offered ${alpnOffered.join(', ')}; the choice is encrypted`

/** A HAR does not show round trips: TLS is counted with the least that it takes. */
export const assumesTrips = ({ tls, transport }: Pick<ConnectionFact, 'tls' | 'transport'>): boolean =>
  transport === 'har' && (tls?.roundTrips ?? 0) > 0

/** The longest pauses between turns, and the one before the close. */
function idleText({ gaps, since }: EstimatedIdle, close: Sighting | null): string | null {
  const pauses = gaps.map(({ length }) => formatDuration(length / 1e9)).join(', ')
  const last = since === null || close === null || close.at <= since ? null : formatDuration((close.at - since) / 1e9)
  return [pauses && `${pauses} between turns`, last && `${last} before the close`].filter(Boolean).join('; ') || null
}

/** Empty for a connection without TLS. */
export function tlsRows({ tls, transport, close }: Pick<ConnectionFact, 'tls' | 'transport' | 'close'>): readonly FactRow[] {
  if (tls === null) return []
  const unseen = tls.kind === 'unknown'
  return rows([
    ['Version', tls.version],
    ['Server name', nameText(tls)],
    ['Protocol', tls.alpn ?? offeredText(tls)],
    ['Certificate for', tls.certificateNames?.join(', ') ?? null],
    ['Handshake', transport === 'har' && unseen ? null : HANDSHAKES[tls.kind]],
    ['Early data', EARLY_DATA[tls.earlyData ?? 'accepted']],
    ['Hello retry', tls.helloRetry ? 'Yes: one more round trip' : null],
    ['Round trips', unseen && tls.setup === null ? null : tripsText(tls.roundTrips, transport)],
    ['Setup time', tls.setup === null ? null : formatDuration(tls.setup / 1e9)],
    ['Fatal alert', tls.fatalAlert === undefined ? null : `${tls.fatalAlert.description}, sent by the ${tls.fatalAlert.by}`],
    ['Content', transport === 'har' ? null : tls.decrypted ? 'Decrypted with a key log' : 'Encrypted: its keys are not known'],
    [
      'Turns (estimate)',
      tls.estimatedTurns === undefined ? null : `≈ ${plural(tls.estimatedTurns, 'request')}, by when the client spoke anew`,
    ],
    ['Idle (estimate)', tls.estimatedIdle === undefined ? null : idleText(tls.estimatedIdle, tls.closedBy ?? close)],
  ])
}

const tripsText = (trips: number, transport: ConnectionFact['transport']): string =>
  transport === 'har' ? `≈ ${formatCount(trips)} (estimate: a HAR does not show them)` : formatCount(trips)

const goawayText = ({ by, lastStream, errorCode, packet }: NonNullable<Http2Fact['goaway']>): string => {
  const error = HTTP2_ERRORS[errorCode] ?? `error ${errorCode}`
  return `By the ${by} in packet #${formatCount(packet)}: ${error}, last stream ${lastStream === 2 ** 31 - 1 ? 'open' : formatCount(lastStream)}`
}

/** Empty for a connection that was not read as HTTP/2. */
export function http2Rows({ http2 = null }: Pick<ConnectionFact, 'http2'>): readonly FactRow[] {
  if (http2 === null) return []
  const { maxConcurrentStreams: limit, goaway, origins, alternatives } = http2
  return rows([
    ['Streams at once', limit === null ? 'The server set no limit' : `At most ${formatCount(limit)}`],
    ['GOAWAY', goaway === null ? 'None' : goawayText(goaway)],
    ['Further origins', origins.join(', ')],
    ['Alternatives', alternatives.join(', ')],
  ])
}
