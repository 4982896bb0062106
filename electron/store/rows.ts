/** Rows read back as facts. DuckDB's BIGINTs never appear: every number is a DOUBLE or an integer of at most 32 bits. */
import type { Evidence, ConnectionVerdict, ConnectionRow } from '../../shared/model/audit'
import type { SetupCosts } from '../../shared/model/ledger'
import type {
  Close,
  ConnectionFact,
  ConnectionMark,
  Diagnostic,
  EstimatedIdle,
  ExchangeFact,
  Forwarding,
  Handshake,
  Http2Fact,
  PerSide,
  Persistence,
  Sighting,
  Side,
  TcpFact,
  TlsFact,
} from '../../shared/model/facts'
import { nanos } from '../../shared/units'
import type { Bytes, Nanos } from '../../shared/units'

/** A row as DuckDB gives it. The casts below are the one place where stored text becomes a vocabulary word again. */
export type Row = Readonly<Record<string, unknown>>

const num = (row: Row, name: string): number => row[name] as number
const maybe = <T>(row: Row, name: string): T | null => (row[name] ?? null) as T | null
const at = (row: Row, name: string): Nanos => row[name] as Nanos

function sighting(row: Row, name: string): Sighting | null {
  const when = maybe<Nanos>(row, `${name}_at`)
  return when === null ? null : { packet: maybe<number>(row, `${name}_packet`) ?? 0, at: when }
}

function handshake(row: Row): Handshake | null {
  const complete = maybe<boolean>(row, 'handshake_complete')
  if (complete === null) return null
  const syn = sighting(row, 'syn')
  const synAck = sighting(row, 'syn_ack')
  return {
    complete,
    syn: syn && { ...syn, count: num(row, 'syn_count') },
    synAck: synAck && { ...synAck, count: num(row, 'syn_ack_count') },
    ack: sighting(row, 'ack'),
    rtt: maybe<Nanos>(row, 'rtt'),
    fastOpen: maybe<boolean>(row, 'fast_open') ?? false,
  }
}

/** A QUIC connection has no TCP handshake to hold its round trip. */
function quicRtt(row: Row): { rtt?: Nanos } {
  const rtt = maybe<Nanos>(row, 'rtt')
  return rtt !== null && maybe<boolean>(row, 'handshake_complete') === null ? { rtt } : {}
}

/** Absent where the connection is not TCP. */
function minRtt(row: Row): Pick<ConnectionFact, 'minRtt' | 'minRttTo'> {
  if (row.tcp !== true) return {}
  const client = maybe<Nanos>(row, 'min_rtt_client')
  const server = maybe<Nanos>(row, 'min_rtt_server')
  return {
    ...(client === null || server === null ? {} : { minRtt: (client + server) as Nanos }),
    minRttTo: { client, server },
  }
}

const perSide = <T extends number>(row: Row, name: string): PerSide<T> => ({
  client: row[`client_${name}`] as T,
  server: row[`server_${name}`] as T,
})

/** Absent where the connection was not TCP, or a HAR's. */
function tcp(row: Row): { readonly tcp?: TcpFact } {
  if (row.tcp !== true) return {}
  const ignored = sighting(row, 'ignored_reset')
  return {
    tcp: {
      opening: maybe(row, 'tcp_opening'),
      samePortsAs: maybe<number>(row, 'same_ports_as'),
      keepAliveProbes: perSide(row, 'keep_alive_probes'),
      zeroWindows: perSide(row, 'zero_windows'),
      zeroWindowTime: perSide<Nanos>(row, 'zero_window_time'),
      ignoredResets: num(row, 'ignored_resets'),
      ignoredReset: ignored && { ...ignored, by: row.ignored_reset_by as Side },
      dataAfterFin: perSide(row, 'data_after_fin'),
      overlaps: num(row, 'overlapping_segments'),
      ...(row.client_last_resent === null ? {} : { clientLastResent: num(row, 'client_last_resent') }),
    },
  }
}

function tls(row: Row): ConnectionFact['tls'] {
  if (row.tls !== true) return null
  return {
    version: maybe<string>(row, 'tls_version'),
    sni: maybe<string>(row, 'tls_sni'),
    alpn: maybe<string>(row, 'tls_alpn'),
    kind: (maybe<string>(row, 'tls_kind') ?? 'unknown') as 'full',
    helloRetry: row.tls_hello_retry === true,
    roundTrips: num(row, 'tls_round_trips'),
    decrypted: row.tls_decrypted === true,
    setup: maybe<Nanos>(row, 'tls_setup'),
    ...tlsDetails(row),
  }
}

/** Absent, not null, where they were not seen. */
function tlsDetails(row: Row): Partial<TlsFact> {
  const names = maybe<string>(row, 'tls_certificate_names')
  const turns = maybe<number>(row, 'tls_estimated_turns')
  const idle = maybe<string>(row, 'tls_idle_gaps')
  const offered = maybe<string>(row, 'tls_alpn_offered')
  const early = maybe<NonNullable<TlsFact['earlyData']>>(row, 'tls_early_data')
  const closed = maybe<boolean>(row, 'tls_client_close_notify')
  const first = sighting(row, 'tls_closed')
  const alertBy = maybe<Side>(row, 'tls_fatal_alert_by')
  return {
    ...(names === null ? {} : { certificateNames: names.split('\n') }),
    ...(turns === null ? {} : { estimatedTurns: turns }),
    ...(idle === null ? {} : { estimatedIdle: { gaps: idleGapsOf(idle), since: maybe<Nanos>(row, 'tls_idle_since') } }),
    ...(offered === null ? {} : { alpnOffered: offered.split('\n') }),
    ...(early === null ? {} : { earlyData: early }),
    ...(row.tls_outer_hello === true ? { encryptedClientHello: true as const } : {}),
    ...(closed === null ? {} : { closeNotify: { client: closed, server: row.tls_server_close_notify === true } }),
    ...(first === null ? {} : { closedBy: { by: row.tls_closed_by as Side, ...first } }),
    ...(alertBy === null ? {} : { fatalAlert: { by: alertBy, description: num(row, 'tls_fatal_alert') } }),
  }
}

/** "since length" in a line each. */
const idleGapsOf = (text: string): EstimatedIdle['gaps'] =>
  lines(text).map((line) => {
    const [since = 0, length = 0] = line.split(' ').map(Number)
    return { since: nanos(since), length: nanos(length) }
  })

const lines = (text: string | null): readonly string[] => (text === null || text === '' ? [] : text.split('\n'))

/** Absent, not null, where the connection was not read as HTTP/2. */
function http2(row: Row): { readonly http2?: Http2Fact } {
  if (row.http2 !== true) return {}
  const goaway = sighting(row, 'http2_goaway')
  return {
    http2: {
      maxConcurrentStreams: maybe<number>(row, 'http2_max_streams'),
      goaway: goaway && {
        ...goaway,
        by: row.http2_goaway_by as Side,
        lastStream: num(row, 'http2_goaway_last_stream'),
        errorCode: num(row, 'http2_goaway_error'),
      },
      origins: lines(maybe<string>(row, 'http2_origins')),
      alternatives: lines(maybe<string>(row, 'http2_alternatives')),
    },
  }
}

/** Absent, not null, where it was not measured. */
function setupTime(row: Row): { setupTime?: Nanos } {
  const measured = maybe<Nanos>(row, 'setup_time')
  return measured === null ? {} : { setupTime: measured }
}

/** Absent where packets are not compared (a HAR). */
function duplicates(row: Row): { readonly duplicates?: number } {
  const counted = maybe<number>(row, 'duplicates')
  return counted === null ? {} : { duplicates: counted }
}

export function connectionFact(row: Row): ConnectionFact {
  const close = sighting(row, 'close')
  const reset = sighting(row, 'reset')
  const marks = maybe<string>(row, 'marks') ?? ''
  return {
    id: num(row, 'id'),
    transport: row.transport as ConnectionFact['transport'],
    client: { ip: row.client_ip as string, port: num(row, 'client_port') },
    server: { ip: row.server_ip as string, port: num(row, 'server_port') },
    sidesKnownBy: row.sides_known_by as ConnectionFact['sidesKnownBy'],
    path: maybe<string>(row, 'path') ?? '',
    first: { packet: num(row, 'first_packet'), at: at(row, 'first_at') },
    last: { packet: num(row, 'last_packet'), at: at(row, 'last_at') },
    packets: { client: num(row, 'client_packets'), server: num(row, 'server_packets') },
    bytes: { client: num(row, 'client_bytes') as Bytes, server: num(row, 'server_bytes') as Bytes },
    handshake: handshake(row),
    ...quicRtt(row),
    ...minRtt(row),
    retransmissions: num(row, 'retransmissions'),
    gaps: num(row, 'gaps'),
    ...duplicates(row),
    ...tcp(row),
    tls: tls(row),
    application: maybe(row, 'application'),
    ...http2(row),
    close: close && { ...close, by: row.close_by as Close['by'], how: row.close_how as Close['how'] },
    fin: { client: sighting(row, 'client_fin'), server: sighting(row, 'server_fin') },
    reset: reset && { ...reset, by: row.reset_by as Close['by'] },
    marks: marks === '' ? [] : (marks.split(' ') as ConnectionMark[]),
    ...setupTime(row),
    exchangeCount: num(row, 'exchange_count'),
  }
}

function persistence(row: Row, side: 'request' | 'response'): Persistence | null {
  const keepsAlive = maybe<boolean>(row, `${side}_keeps_alive`)
  return keepsAlive === null ? null : { connection: maybe<string>(row, `${side}_connection`), keepsAlive }
}

/** Absent where proxies wrote nothing that is known. */
function forwarding(row: Row, headers: Row): { readonly forwarding?: Forwarding } {
  const requestFields = maybe<string>(headers, 'request_proxy_fields')
  const responseFields = maybe<string>(headers, 'response_proxy_fields')
  if (requestFields === null && responseFields === null) return {}
  const forwardedFor = maybe<string>(row, 'forwarded_for')
  const sentByProxy = maybe<boolean>(headers, 'sent_by_proxy') ?? false
  const answeredByProxy = maybe<boolean>(headers, 'answered_by_proxy') ?? false
  const ids = maybe<string>(row, 'request_ids')
  return { forwarding: { requestFields, responseFields, sentByProxy, answeredByProxy, forwardedFor, ids } }
}

/** An exchange and its header values, which a join has put into the same row or which come from their own. */
export function exchangeFact(row: Row, headers: Row = row): ExchangeFact {
  const informational = maybe<string>(row, 'informational') ?? ''
  return {
    connection: num(row, 'connection'),
    ordinal: num(row, 'ordinal'),
    stream: maybe<number>(row, 'stream'),
    version: headers.version as string,
    responseVersion: maybe<string>(headers, 'response_version'),
    method: maybe<string>(headers, 'method'),
    authority: maybe<string>(headers, 'authority'),
    target: maybe<string>(row, 'target'),
    scheme: maybe(headers, 'scheme'),
    requestPacket: maybe<number>(row, 'request_packet'),
    requestAt: maybe<Nanos>(row, 'request_at'),
    requestEndAt: maybe<Nanos>(row, 'request_end_at'),
    status: maybe<number>(row, 'status'),
    responsePacket: maybe<number>(row, 'response_packet'),
    responseAt: maybe<Nanos>(row, 'response_at'),
    completeAt: maybe<Nanos>(row, 'complete_at'),
    informational: informational === '' ? [] : informational.split(' ').map(Number),
    requestBytes: num(row, 'request_bytes') as Bytes,
    responseBytes: num(row, 'response_bytes') as Bytes,
    complete: row.complete === true,
    request: persistence(headers, 'request'),
    response: persistence(headers, 'response'),
    advertised:
      row.advertised === true
        ? { timeout: maybe<number>(row, 'advertised_timeout'), max: maybe<number>(row, 'advertised_max') }
        : null,
    closeDelimited: row.close_delimited === true,
    userAgent: maybe<string>(headers, 'user_agent'),
    serverProduct: maybe<string>(headers, 'server_product'),
    requestVia: maybe<string>(headers, 'request_via'),
    responseVia: maybe<string>(headers, 'response_via'),
    forwarded: headers.forwarded === true,
    requestMarks: maybe<string>(headers, 'request_marks'),
    responseMarks: maybe<string>(headers, 'response_marks'),
    credentials: maybe<boolean>(headers, 'credentials'),
    connectionAuth: maybe(headers, 'connection_auth'),
    ...forwarding(row, headers),
  }
}

/** Names the columns of a verdict as the queries select them: `id` is taken by the connection itself. */
export function verdictOf(row: Row): ConnectionVerdict {
  const evidence = maybe<string>(row, 'evidence')
  return {
    id: num(row, 'connection'),
    pool: num(row, 'pool'),
    verdict: row.verdict as ConnectionVerdict['verdict'],
    cause: maybe(row, 'cause'),
    neededWithHttp2: row.needed_with_http2 === true,
    evidence: evidence === null ? null : (JSON.parse(evidence) as Evidence),
    reason: maybe<string>(row, 'reason'),
    setupRoundTrips: num(row, 'setup_round_trips'),
    setupSeconds: maybe<number>(row, 'setup_seconds'),
    synRetransmissionSeconds: num(row, 'syn_retransmission_seconds'),
    vantage: row.vantage as ConnectionVerdict['vantage'],
    ...(typeof row.tcp_seconds === 'number' ? { costs: costsOf(row) } : {}),
  }
}

/** A row of `costs`, joined with its verdict. */
const costsOf = (row: Row): SetupCosts => ({
  tcp: { roundTrips: num(row, 'tcp_round_trips'), seconds: num(row, 'tcp_seconds') },
  tls: { roundTrips: num(row, 'tls_round_trips_setup'), seconds: num(row, 'tls_seconds') },
  slowStartEstimate: { roundTrips: num(row, 'first_slow_start_round_trips'), seconds: num(row, 'first_slow_start_seconds') },
})

const secondsOf = (duration: Nanos | null): number | null => (duration === null ? null : duration / 1e9)

/** A connection joined with its verdict. @param startedAt the audit's first packet, from which `openedAt` counts. */
export function connectionRow(row: Row, startedAt: Nanos): ConnectionRow {
  const fact = connectionFact(row)
  return {
    id: fact.id,
    client: fact.client,
    server: fact.server,
    origin: row.origin as string,
    application: fact.application,
    openedAt: (fact.first.at - startedAt) / 1e9,
    durationSeconds: (fact.last.at - fact.first.at) / 1e9,
    exchanges: fact.exchangeCount,
    ...(fact.tls?.estimatedTurns === undefined ? {} : { estimatedTurns: fact.tls.estimatedTurns }),
    bytes: fact.bytes.client + fact.bytes.server,
    rttSeconds: secondsOf(fact.handshake?.rtt ?? fact.rtt ?? null),
    minRttSeconds: secondsOf(fact.minRtt ?? null),
    setupSeconds: maybe<number>(row, 'setup_seconds'),
    setupRoundTrips: num(row, 'setup_round_trips'),
    verdict: row.verdict as ConnectionRow['verdict'],
    cause: maybe(row, 'cause'),
    ...(row.verdict === 'not-judged' ? {} : { neededWithHttp2: row.needed_with_http2 === true }),
    ...endOf(fact),
    estimated: fact.marks.includes('estimated'),
  }
}

/** Who ended it: by a close_notify, where TLS ended before TCP. */
function endOf({ close, tls }: ConnectionFact): Pick<ConnectionRow, 'closedBy' | 'closedHow'> {
  const told = tls?.closedBy
  if (told !== undefined && told.at <= (close?.at ?? Infinity)) return { closedBy: told.by, closedHow: 'fin' }
  return { closedBy: close?.by ?? null, closedHow: close?.how ?? null }
}

export const diagnosticOf = (row: Row): Diagnostic => ({
  severity: row.severity as Diagnostic['severity'],
  code: row.code as string,
  packet: maybe<number>(row, 'packet'),
  offset: maybe<number>(row, 'byte_offset'),
  message: row.message as string,
  count: num(row, 'count'),
})
