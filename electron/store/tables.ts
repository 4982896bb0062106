/**
 * The tables. Instants are DOUBLE nanoseconds counted from the audit's time base (exact up to 2^53 ns = 104 days); the base
 * itself is in `captures.time_base`, and the views of schema.ts give timestamps.
 */
import type { ConnectionVerdict } from '../../shared/model/audit'
import type { CaptureFact, ConnectionFact, Diagnostic, ExchangeFact, TlsFact } from '../../shared/model/facts'
import type { Table } from './column'
import { bounded, columnwise, double, MAX_TARGET, uint } from './column'

export interface CaptureRow {
  readonly id: number
  readonly fact: CaptureFact
}

/** "since length" in a line each, nanoseconds; null where requests were read. */
const idleGaps = (tls: TlsFact | null): string | null =>
  tls?.estimatedIdle?.gaps.map(({ since, length }) => `${since} ${length}`).join('\n') ?? null

export const captures: Table<CaptureRow> = columnwise('captures', [
  { name: 'id', type: 'INTEGER', of: (r) => r.id },
  { name: 'file', type: 'VARCHAR', of: (r) => bounded(r.fact.file) },
  { name: 'format', type: 'VARCHAR', of: (r) => r.fact.format },
  { name: 'compression', type: 'VARCHAR', of: (r) => r.fact.compression },
  { name: 'packets', type: 'DOUBLE', of: (r) => r.fact.packets },
  { name: 'link_types', type: 'VARCHAR', of: (r) => bounded(r.fact.linkTypes.join(' ')) },
  { name: 'time_base', type: 'DOUBLE', of: (r) => r.fact.timeBase },
  { name: 'first_at', type: 'DOUBLE', of: (r) => r.fact.firstAt },
  { name: 'last_at', type: 'DOUBLE', of: (r) => r.fact.lastAt },
  { name: 'truncated', type: 'BOOLEAN', of: (r) => r.fact.truncated },
  { name: 'dropped', type: 'DOUBLE', of: (r) => r.fact.dropped ?? null },
  { name: 'size', type: 'DOUBLE', of: (r) => r.fact.size },
])

export interface StoredConnection {
  readonly capture: number
  readonly fact: ConnectionFact
}

export const connections: Table<StoredConnection> = columnwise('connections', [
  { name: 'id', type: 'INTEGER', of: (r) => r.fact.id },
  { name: 'capture', type: 'INTEGER', of: (r) => r.capture },
  { name: 'transport', type: 'VARCHAR', of: (r) => r.fact.transport },
  { name: 'client_ip', type: 'VARCHAR', of: (r) => bounded(r.fact.client.ip) },
  { name: 'client_port', type: 'UINTEGER', of: (r) => uint(r.fact.client.port) },
  { name: 'server_ip', type: 'VARCHAR', of: (r) => bounded(r.fact.server.ip) },
  { name: 'server_port', type: 'UINTEGER', of: (r) => uint(r.fact.server.port) },
  { name: 'sides_known_by', type: 'VARCHAR', of: (r) => r.fact.sidesKnownBy },
  { name: 'path', type: 'VARCHAR', of: (r) => bounded(r.fact.path) },
  { name: 'first_packet', type: 'UINTEGER', of: (r) => uint(r.fact.first.packet) },
  { name: 'first_at', type: 'DOUBLE', of: (r) => r.fact.first.at },
  { name: 'last_packet', type: 'UINTEGER', of: (r) => uint(r.fact.last.packet) },
  { name: 'last_at', type: 'DOUBLE', of: (r) => r.fact.last.at },
  { name: 'client_packets', type: 'UINTEGER', of: (r) => uint(r.fact.packets.client) },
  { name: 'server_packets', type: 'UINTEGER', of: (r) => uint(r.fact.packets.server) },
  { name: 'client_bytes', type: 'DOUBLE', of: (r) => double(r.fact.bytes.client) },
  { name: 'server_bytes', type: 'DOUBLE', of: (r) => double(r.fact.bytes.server) },
  { name: 'handshake_complete', type: 'BOOLEAN', of: (r) => r.fact.handshake?.complete ?? null },
  { name: 'syn_packet', type: 'UINTEGER', of: (r) => uint(r.fact.handshake?.syn?.packet) },
  { name: 'syn_at', type: 'DOUBLE', of: (r) => double(r.fact.handshake?.syn?.at) },
  { name: 'syn_count', type: 'UINTEGER', of: (r) => uint(r.fact.handshake?.syn?.count) },
  { name: 'syn_ack_packet', type: 'UINTEGER', of: (r) => uint(r.fact.handshake?.synAck?.packet) },
  { name: 'syn_ack_at', type: 'DOUBLE', of: (r) => double(r.fact.handshake?.synAck?.at) },
  { name: 'syn_ack_count', type: 'UINTEGER', of: (r) => uint(r.fact.handshake?.synAck?.count) },
  { name: 'ack_packet', type: 'UINTEGER', of: (r) => uint(r.fact.handshake?.ack?.packet) },
  { name: 'ack_at', type: 'DOUBLE', of: (r) => double(r.fact.handshake?.ack?.at) },
  { name: 'rtt', type: 'DOUBLE', of: (r) => double(r.fact.handshake?.rtt ?? r.fact.rtt) },
  { name: 'min_rtt_client', type: 'DOUBLE', of: (r) => double(r.fact.minRttTo?.client) },
  { name: 'min_rtt_server', type: 'DOUBLE', of: (r) => double(r.fact.minRttTo?.server) },
  { name: 'fast_open', type: 'BOOLEAN', of: (r) => r.fact.handshake?.fastOpen ?? null },
  { name: 'retransmissions', type: 'UINTEGER', of: (r) => uint(r.fact.retransmissions) },
  { name: 'gaps', type: 'UINTEGER', of: (r) => uint(r.fact.gaps) },
  { name: 'duplicates', type: 'UINTEGER', of: (r) => uint(r.fact.duplicates) },
  { name: 'tcp', type: 'BOOLEAN', of: (r) => r.fact.tcp !== undefined },
  { name: 'tcp_opening', type: 'VARCHAR', of: (r) => r.fact.tcp?.opening ?? null },
  { name: 'same_ports_as', type: 'INTEGER', of: (r) => r.fact.tcp?.samePortsAs ?? null },
  { name: 'client_keep_alive_probes', type: 'UINTEGER', of: (r) => uint(r.fact.tcp?.keepAliveProbes.client) },
  { name: 'server_keep_alive_probes', type: 'UINTEGER', of: (r) => uint(r.fact.tcp?.keepAliveProbes.server) },
  { name: 'client_zero_windows', type: 'UINTEGER', of: (r) => uint(r.fact.tcp?.zeroWindows.client) },
  { name: 'server_zero_windows', type: 'UINTEGER', of: (r) => uint(r.fact.tcp?.zeroWindows.server) },
  { name: 'client_zero_window_time', type: 'DOUBLE', of: (r) => double(r.fact.tcp?.zeroWindowTime.client) },
  { name: 'server_zero_window_time', type: 'DOUBLE', of: (r) => double(r.fact.tcp?.zeroWindowTime.server) },
  { name: 'ignored_resets', type: 'UINTEGER', of: (r) => uint(r.fact.tcp?.ignoredResets) },
  { name: 'ignored_reset_by', type: 'VARCHAR', of: (r) => r.fact.tcp?.ignoredReset?.by ?? null },
  { name: 'ignored_reset_packet', type: 'UINTEGER', of: (r) => uint(r.fact.tcp?.ignoredReset?.packet) },
  { name: 'ignored_reset_at', type: 'DOUBLE', of: (r) => double(r.fact.tcp?.ignoredReset?.at) },
  { name: 'client_data_after_fin', type: 'UINTEGER', of: (r) => uint(r.fact.tcp?.dataAfterFin.client) },
  { name: 'server_data_after_fin', type: 'UINTEGER', of: (r) => uint(r.fact.tcp?.dataAfterFin.server) },
  { name: 'overlapping_segments', type: 'UINTEGER', of: (r) => uint(r.fact.tcp?.overlaps) },
  { name: 'client_last_resent', type: 'UINTEGER', of: (r) => uint(r.fact.tcp?.clientLastResent) },
  { name: 'tls', type: 'BOOLEAN', of: (r) => r.fact.tls !== null },
  { name: 'tls_version', type: 'VARCHAR', of: (r) => bounded(r.fact.tls?.version) },
  { name: 'tls_sni', type: 'VARCHAR', of: (r) => bounded(r.fact.tls?.sni) },
  { name: 'tls_alpn', type: 'VARCHAR', of: (r) => bounded(r.fact.tls?.alpn) },
  { name: 'tls_kind', type: 'VARCHAR', of: (r) => r.fact.tls?.kind ?? null },
  { name: 'tls_hello_retry', type: 'BOOLEAN', of: (r) => r.fact.tls?.helloRetry ?? null },
  { name: 'tls_round_trips', type: 'DOUBLE', of: (r) => double(r.fact.tls?.roundTrips) },
  { name: 'tls_decrypted', type: 'BOOLEAN', of: (r) => r.fact.tls?.decrypted ?? null },
  { name: 'tls_setup', type: 'DOUBLE', of: (r) => double(r.fact.tls?.setup) },
  { name: 'tls_certificate_names', type: 'VARCHAR', of: (r) => bounded(r.fact.tls?.certificateNames?.join('\n')) },
  { name: 'tls_estimated_turns', type: 'UINTEGER', of: (r) => uint(r.fact.tls?.estimatedTurns) },
  { name: 'tls_idle_since', type: 'DOUBLE', of: (r) => double(r.fact.tls?.estimatedIdle?.since) },
  { name: 'tls_longest_idle', type: 'DOUBLE', of: (r) => double(r.fact.tls?.estimatedIdle?.gaps[0]?.length) },
  { name: 'tls_idle_gaps', type: 'VARCHAR', of: (r) => idleGaps(r.fact.tls) },
  { name: 'tls_alpn_offered', type: 'VARCHAR', of: (r) => bounded(r.fact.tls?.alpnOffered?.join('\n')) },
  { name: 'tls_early_data', type: 'VARCHAR', of: (r) => r.fact.tls?.earlyData ?? null },
  { name: 'tls_outer_hello', type: 'BOOLEAN', of: (r) => r.fact.tls?.encryptedClientHello ?? null },
  { name: 'tls_client_close_notify', type: 'BOOLEAN', of: (r) => r.fact.tls?.closeNotify?.client ?? null },
  { name: 'tls_server_close_notify', type: 'BOOLEAN', of: (r) => r.fact.tls?.closeNotify?.server ?? null },
  { name: 'tls_closed_by', type: 'VARCHAR', of: (r) => r.fact.tls?.closedBy?.by ?? null },
  { name: 'tls_closed_packet', type: 'UINTEGER', of: (r) => uint(r.fact.tls?.closedBy?.packet) },
  { name: 'tls_closed_at', type: 'DOUBLE', of: (r) => double(r.fact.tls?.closedBy?.at) },
  { name: 'tls_fatal_alert_by', type: 'VARCHAR', of: (r) => r.fact.tls?.fatalAlert?.by ?? null },
  { name: 'tls_fatal_alert', type: 'UINTEGER', of: (r) => uint(r.fact.tls?.fatalAlert?.description) },
  { name: 'application', type: 'VARCHAR', of: (r) => r.fact.application },
  { name: 'http2', type: 'BOOLEAN', of: (r) => (r.fact.http2 ?? null) !== null },
  { name: 'http2_max_streams', type: 'DOUBLE', of: (r) => double(r.fact.http2?.maxConcurrentStreams) },
  { name: 'http2_goaway_by', type: 'VARCHAR', of: (r) => r.fact.http2?.goaway?.by ?? null },
  { name: 'http2_goaway_packet', type: 'UINTEGER', of: (r) => uint(r.fact.http2?.goaway?.packet) },
  { name: 'http2_goaway_at', type: 'DOUBLE', of: (r) => double(r.fact.http2?.goaway?.at) },
  { name: 'http2_goaway_last_stream', type: 'DOUBLE', of: (r) => double(r.fact.http2?.goaway?.lastStream) },
  { name: 'http2_goaway_error', type: 'DOUBLE', of: (r) => double(r.fact.http2?.goaway?.errorCode) },
  { name: 'http2_origins', type: 'VARCHAR', of: (r) => bounded(r.fact.http2?.origins.join('\n')) },
  { name: 'http2_alternatives', type: 'VARCHAR', of: (r) => bounded(r.fact.http2?.alternatives.join('\n')) },
  { name: 'close_by', type: 'VARCHAR', of: (r) => r.fact.close?.by ?? null },
  { name: 'close_how', type: 'VARCHAR', of: (r) => r.fact.close?.how ?? null },
  { name: 'close_packet', type: 'UINTEGER', of: (r) => uint(r.fact.close?.packet) },
  { name: 'close_at', type: 'DOUBLE', of: (r) => double(r.fact.close?.at) },
  { name: 'client_fin_packet', type: 'UINTEGER', of: (r) => uint(r.fact.fin.client?.packet) },
  { name: 'client_fin_at', type: 'DOUBLE', of: (r) => double(r.fact.fin.client?.at) },
  { name: 'server_fin_packet', type: 'UINTEGER', of: (r) => uint(r.fact.fin.server?.packet) },
  { name: 'server_fin_at', type: 'DOUBLE', of: (r) => double(r.fact.fin.server?.at) },
  { name: 'reset_by', type: 'VARCHAR', of: (r) => r.fact.reset?.by ?? null },
  { name: 'reset_packet', type: 'UINTEGER', of: (r) => uint(r.fact.reset?.packet) },
  { name: 'reset_at', type: 'DOUBLE', of: (r) => double(r.fact.reset?.at) },
  { name: 'marks', type: 'VARCHAR', of: (r) => r.fact.marks.join(' ') },
  { name: 'setup_time', type: 'DOUBLE', of: (r) => double(r.fact.setupTime) },
  { name: 'exchange_count', type: 'UINTEGER', of: (r) => uint(r.fact.exchangeCount) },
])

/** An exchange and the set of header values it shares with others. */
export interface StoredExchange {
  readonly headers: number
  readonly fact: ExchangeFact
}

/** The one table with a row for every request: its cells are written one by one, since a call through a closure a cell takes longer than they do. */
export const exchanges: Table<StoredExchange> = {
  name: 'exchange_rows',
  columns: [
    { name: 'connection', type: 'INTEGER' },
    { name: 'ordinal', type: 'UINTEGER' },
    { name: 'headers', type: 'INTEGER' },
    { name: 'stream', type: 'DOUBLE' },
    { name: 'target', type: 'VARCHAR' },
    { name: 'request_packet', type: 'UINTEGER' },
    { name: 'request_at', type: 'DOUBLE' },
    { name: 'request_end_at', type: 'DOUBLE' },
    { name: 'status', type: 'INTEGER' },
    { name: 'response_packet', type: 'UINTEGER' },
    { name: 'response_at', type: 'DOUBLE' },
    { name: 'complete_at', type: 'DOUBLE' },
    { name: 'informational', type: 'VARCHAR' },
    { name: 'request_bytes', type: 'DOUBLE' },
    { name: 'response_bytes', type: 'DOUBLE' },
    { name: 'complete', type: 'BOOLEAN' },
    { name: 'advertised', type: 'BOOLEAN' },
    { name: 'advertised_timeout', type: 'DOUBLE' },
    { name: 'advertised_max', type: 'DOUBLE' },
    { name: 'close_delimited', type: 'BOOLEAN' },
    { name: 'forwarded_for', type: 'VARCHAR' },
    { name: 'request_ids', type: 'VARCHAR' },
  ],
  fill(cells, at, { headers, fact: f }) {
    cells.number(0, at, f.connection)
    cells.number(1, at, uint(f.ordinal))
    cells.number(2, at, headers)
    cells.number(3, at, double(f.stream))
    cells.text(4, at, bounded(f.target, MAX_TARGET))
    cells.number(5, at, uint(f.requestPacket))
    cells.number(6, at, f.requestAt)
    cells.number(7, at, f.requestEndAt)
    cells.number(8, at, f.status)
    cells.number(9, at, uint(f.responsePacket))
    cells.number(10, at, f.responseAt)
    cells.number(11, at, f.completeAt)
    cells.text(12, at, f.informational.length === 0 ? null : bounded(f.informational.join(' ')))
    cells.number(13, at, f.requestBytes)
    cells.number(14, at, f.responseBytes)
    cells.flag(15, at, f.complete)
    cells.flag(16, at, f.advertised !== null)
    cells.number(17, at, double(f.advertised?.timeout))
    cells.number(18, at, double(f.advertised?.max))
    cells.flag(19, at, f.closeDelimited)
    cells.text(20, at, bounded(f.forwarding?.forwardedFor))
    cells.text(21, at, bounded(f.forwarding?.ids))
  },
}

export interface HeaderSet {
  readonly id: number
  readonly fact: ExchangeFact
}

/** Header values that repeat from exchange to exchange, kept once per combination. */
export const headerSets: Table<HeaderSet> = columnwise('header_sets', [
  { name: 'id', type: 'INTEGER', of: (r) => r.id },
  { name: 'version', type: 'VARCHAR', of: (r) => bounded(r.fact.version) },
  { name: 'response_version', type: 'VARCHAR', of: (r) => bounded(r.fact.responseVersion) },
  { name: 'method', type: 'VARCHAR', of: (r) => bounded(r.fact.method) },
  { name: 'authority', type: 'VARCHAR', of: (r) => bounded(r.fact.authority) },
  { name: 'scheme', type: 'VARCHAR', of: (r) => r.fact.scheme },
  { name: 'request_connection', type: 'VARCHAR', of: (r) => bounded(r.fact.request?.connection) },
  { name: 'request_keeps_alive', type: 'BOOLEAN', of: (r) => r.fact.request?.keepsAlive ?? null },
  { name: 'response_connection', type: 'VARCHAR', of: (r) => bounded(r.fact.response?.connection) },
  { name: 'response_keeps_alive', type: 'BOOLEAN', of: (r) => r.fact.response?.keepsAlive ?? null },
  { name: 'user_agent', type: 'VARCHAR', of: (r) => bounded(r.fact.userAgent) },
  { name: 'server_product', type: 'VARCHAR', of: (r) => bounded(r.fact.serverProduct) },
  { name: 'request_via', type: 'VARCHAR', of: (r) => bounded(r.fact.requestVia) },
  { name: 'response_via', type: 'VARCHAR', of: (r) => bounded(r.fact.responseVia) },
  { name: 'forwarded', type: 'BOOLEAN', of: (r) => r.fact.forwarded },
  { name: 'credentials', type: 'BOOLEAN', of: (r) => r.fact.credentials ?? null },
  { name: 'connection_auth', type: 'VARCHAR', of: (r) => r.fact.connectionAuth ?? null },
  { name: 'request_marks', type: 'VARCHAR', of: (r) => bounded(r.fact.requestMarks) },
  { name: 'response_marks', type: 'VARCHAR', of: (r) => bounded(r.fact.responseMarks) },
  { name: 'request_proxy_fields', type: 'VARCHAR', of: (r) => r.fact.forwarding?.requestFields ?? null },
  { name: 'sent_by_proxy', type: 'BOOLEAN', of: (r) => r.fact.forwarding?.sentByProxy ?? null },
  { name: 'answered_by_proxy', type: 'BOOLEAN', of: (r) => r.fact.forwarding?.answeredByProxy ?? null },
  { name: 'response_proxy_fields', type: 'VARCHAR', of: (r) => r.fact.forwarding?.responseFields ?? null },
])

export const diagnostics: Table<Diagnostic> = columnwise('diagnostics', [
  { name: 'severity', type: 'VARCHAR', of: (r) => r.severity },
  { name: 'code', type: 'VARCHAR', of: (r) => bounded(r.code) },
  { name: 'packet', type: 'UINTEGER', of: (r) => uint(r.packet) },
  { name: 'byte_offset', type: 'DOUBLE', of: (r) => double(r.offset) },
  { name: 'message', type: 'VARCHAR', of: (r) => bounded(r.message) },
  { name: 'count', type: 'DOUBLE', of: (r) => double(r.count) },
])

/** A verdict, the origin the audit gave the connection, and the numbers that findings are computed from. */
export interface StoredVerdict {
  readonly origin: string
  readonly verdict: ConnectionVerdict
  /** Seconds between the earlier connection's becoming free and the demand for this one. */
  readonly demandGapSeconds: number | null
  /** Estimate: extra round trips of a fresh congestion window. */
  readonly slowStartRoundTrips: number
}

export const verdicts: Table<StoredVerdict> = columnwise('verdicts', [
  { name: 'connection', type: 'INTEGER', of: (r) => r.verdict.id },
  { name: 'origin', type: 'VARCHAR', of: (r) => bounded(r.origin) },
  { name: 'pool', type: 'INTEGER', of: (r) => r.verdict.pool },
  { name: 'verdict', type: 'VARCHAR', of: (r) => r.verdict.verdict },
  { name: 'cause', type: 'VARCHAR', of: (r) => r.verdict.cause },
  { name: 'needed_with_http2', type: 'BOOLEAN', of: (r) => r.verdict.neededWithHttp2 },
  { name: 'previous', type: 'INTEGER', of: (r) => r.verdict.evidence?.previousConnection ?? null },
  { name: 'gap_seconds', type: 'DOUBLE', of: (r) => double(r.verdict.evidence?.gapSeconds) },
  { name: 'timeout_seconds', type: 'DOUBLE', of: (r) => double(r.verdict.evidence?.timeoutSeconds) },
  { name: 'request_limit', type: 'DOUBLE', of: (r) => double(r.verdict.evidence?.limit) },
  { name: 'demand_gap_seconds', type: 'DOUBLE', of: (r) => double(r.demandGapSeconds) },
  { name: 'evidence', type: 'VARCHAR', of: (r) => (r.verdict.evidence === null ? null : JSON.stringify(r.verdict.evidence)) },
  { name: 'reason', type: 'VARCHAR', of: (r) => bounded(r.verdict.reason) },
  { name: 'setup_round_trips', type: 'DOUBLE', of: (r) => double(r.verdict.setupRoundTrips) },
  { name: 'setup_seconds', type: 'DOUBLE', of: (r) => double(r.verdict.setupSeconds) },
  { name: 'syn_retransmission_seconds', type: 'DOUBLE', of: (r) => double(r.verdict.synRetransmissionSeconds) },
  { name: 'vantage', type: 'VARCHAR', of: (r) => r.verdict.vantage },
  { name: 'slow_start_round_trips', type: 'DOUBLE', of: (r) => double(r.slowStartRoundTrips) },
])

/** A finding, whole, beside the columns one filters by. */
export interface StoredFinding {
  readonly id: string
  readonly rule: string
  readonly severity: string
  readonly origin: string | null
  readonly json: string
}
export const findings: Table<StoredFinding> = columnwise('findings', [
  { name: 'id', type: 'VARCHAR', of: (r) => r.id },
  { name: 'rule', type: 'VARCHAR', of: (r) => r.rule },
  { name: 'severity', type: 'VARCHAR', of: (r) => r.severity },
  { name: 'origin', type: 'VARCHAR', of: (r) => bounded(r.origin) },
  { name: 'finding', type: 'VARCHAR', of: (r) => r.json },
])
