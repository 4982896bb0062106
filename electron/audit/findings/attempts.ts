/** Connections that never carried a request, by server: attempts that failed, and what was opened in vain. */
import type { Side } from '../../../shared/model/facts'
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import { NAMED } from './groups'
import { idsOf } from './tls-setups'

/** Servers listed of each kind; the sums cover all. */
const MAX_SERVERS = 5

export const ATTEMPTS = ['refused', 'unanswered', 'tls-failed', 'unused'] as const
export type AttemptKind = (typeof ATTEMPTS)[number]

/** What one kind of them is, at one server. */
export interface AtServer {
  /** Address and port. */
  readonly server: string
  readonly count: number
  readonly connections: readonly number[]
  /** The alert that ended most of them: who sent it, and its number (RFC 8446 §6). */
  readonly alert: { readonly by: Side; readonly number: number } | null
}

export interface Attempts {
  readonly kind: AttemptKind
  readonly count: number
  readonly servers: number
  /** Those with most of them, first. */
  readonly worst: readonly AtServer[]
  /** One client's address when there is only one. */
  readonly client: string | null
  /** What setting them up took, as far as it came. */
  readonly roundTrips: number
  /** From the first SYN to the last sign of them; of unused ones, their setup. */
  readonly seconds: number
}

/** A connection without a request is left open until the capture's end, or closed: only then, or after so long, was it for nothing. */
const WAITED = 10e9

/**
 * In a capture of one direction an unanswered SYN is one that nothing followed. A SYN that was sent once and not answered says nothing when the capture ended within the second before the next. A connection counts as
 * unused where its client sent requests to the same server on others: else it may be a health check, or a scan.
 */
const ATTEMPTS_SQL = `
WITH idle AS (
  SELECT s.id, s.client_number, s.server_number, s.client_ip, s.server_ip, s.server_port, s.tls_fatal_alert_by, s.tls_fatal_alert,
    s.syn_at, s.last_at, s.close_at,
    CASE WHEN s.fast_open THEN 0 ELSE 1 END + coalesce(s.tls_round_trips, 0) AS trips, (s.ack_at - s.syn_at + coalesce(s.tls_setup, 0)) / 1e9 AS setup,
    CASE
      WHEN s.one_sided AND s.server_packets > 0 THEN NULL
      WHEN s.handshake_complete IS NOT TRUE AND s.syn_ack_at IS NULL AND s.reset_by = 'server' THEN 'refused'
      WHEN s.handshake_complete IS NOT TRUE AND s.syn_ack_at IS NULL AND s.reset_by IS NULL
        AND s.server_packets = 0 AND s.client_bytes = 0 AND (s.syn_count > 1 OR e.at - s.syn_at > 1e9) THEN 'unanswered'
      WHEN s.handshake_complete AND s.tls AND s.tls_setup IS NULL AND s.tls_fatal_alert IS NOT NULL THEN 'tls-failed'
      WHEN s.handshake_complete AND NOT s.one_sided AND NOT s.has_gap AND (s.close_at IS NOT NULL OR e.at - s.ack_at > ${WAITED})
        AND (s.client_bytes = 0 OR s.tls AND s.tls_setup IS NOT NULL AND coalesce(s.tls_alpn, '') <> 'h2' AND s.tls_estimated_turns = 0)
        THEN 'unused'
    END AS kind
  FROM subjects s, (SELECT max(last_at) AS at FROM captures) e
  WHERE s.exchange_count = 0 AND s.transport = 'tcp' AND s.syn_at IS NOT NULL AND NOT s.clock_jumped
), users AS (
  SELECT DISTINCT client_number, server_number FROM subjects
  SEMI JOIN (SELECT DISTINCT server_number FROM idle WHERE kind = 'unused') USING (server_number)
  WHERE exchange_count > 0 OR tls_estimated_turns > 0
), counted AS (
  SELECT i.* FROM idle i LEFT JOIN users u USING (client_number, server_number)
  WHERE i.kind IS NOT NULL AND (i.kind <> 'unused' OR u.client_number IS NOT NULL)
), servers AS (
  SELECT kind, server_ip, server_port, count(*)::DOUBLE AS count, min(client_ip) AS client_low, max(client_ip) AS client_high,
    min(id, ${NAMED}) AS ids, mode(tls_fatal_alert_by || ' ' || tls_fatal_alert) AS alert,
    coalesce(sum(CASE WHEN kind <> 'unanswered' THEN trips END), 0)::DOUBLE AS trips,
    coalesce(sum(CASE WHEN kind = 'unused' THEN setup ELSE (last_at - syn_at) / 1e9 END), 0)::DOUBLE AS seconds
  FROM counted GROUP BY kind, server_ip, server_port
)
SELECT kind, server_ip, server_port::DOUBLE AS server_port, count, array_to_string(ids, ' ') AS ids, alert,
  sum(count) OVER kinds AS total, (count(*) OVER kinds)::DOUBLE AS servers, sum(trips) OVER kinds AS trips, sum(seconds) OVER kinds AS seconds,
  CASE WHEN min(client_low) OVER kinds = max(client_high) OVER kinds THEN client_low END AS client
FROM servers WINDOW kinds AS (PARTITION BY kind)
QUALIFY row_number() OVER (PARTITION BY kind ORDER BY count DESC, server_ip, server_port) <= ${MAX_SERVERS}
ORDER BY kind, count DESC, server_ip, server_port`

export async function attemptsOf(store: Store): Promise<readonly Attempts[]> {
  const rows = await store.rows(ATTEMPTS_SQL)
  return ATTEMPTS.flatMap((kind) => {
    const mine = rows.filter((row) => row.kind === kind)
    const [one] = mine
    if (one === undefined) return []
    const n = (name: string): number => (one[name] ?? 0) as number
    const worst = mine.map(atServer)
    const client = (one.client ?? null) as string | null
    return [{ kind, count: n('total'), servers: n('servers'), worst, client, roundTrips: n('trips'), seconds: n('seconds') }]
  })
}

function atServer(row: Row): AtServer {
  const [ip, port] = [row.server_ip as string, row.server_port as number]
  const [by, number] = typeof row.alert === 'string' ? row.alert.split(' ') : []
  return {
    server: `${ip.includes(':') ? `[${ip}]` : ip}:${port}`,
    count: row.count as number,
    connections: idsOf(row.ids),
    alert: by === undefined ? null : { by: by as Side, number: Number(number) },
  }
}
