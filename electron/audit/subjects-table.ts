/** The table that subjects are read from: a row a connection, with its pool, made by the store in one statement. */
import type { Store } from '../store/store'
import { unseenFrom } from './capture-runs'
import { prepareCoalescing } from './coalescing'
import { FROM_PROXY, NGINX_DEFAULT } from './legs/fields'

/**
 * Connections (of table `connections`) whose requests a key log would let us read: TLS that was set up before our eyes and is not
 * decrypted. A tunnel's own CONNECT was in the clear.
 */
const ENCRYPTED =
  "(tls AND NOT coalesce(tls_decrypted, false) AND tls_setup IS NOT NULL AND transport <> 'har' AND NOT contains(marks, 'from-har'))"

/**
 * From the capture to the client and back, and to the server and back, as the handshake tells; less where later segments found the way
 * shorter, since the machines were busier during the handshake. 0 where the handshake does not tell: acknowledgments of data alone may all
 * have been delayed. `path_rtt` is the whole way.
 */
const WAYS = `
  CASE WHEN syn_ack_count = 1 AND ack_at > syn_ack_at THEN least(ack_at - syn_ack_at, min_rtt_client) ELSE 0 END AS client_way,
  CASE WHEN rtt >= 0 AND syn_ack_at IS NOT NULL THEN greatest(0, least(syn_ack_at - ack_at + rtt, min_rtt_server)) ELSE 0 END AS server_way,
  CASE WHEN rtt IS NOT NULL THEN least(rtt, min_rtt_client + min_rtt_server) END AS path_rtt`

/**
 * TLS ended before TCP did: who sends close_notify first ends the connection (RFC 8446 §6.1), though the other side may well be the first
 * to send FIN, in answer. Of table `connections` as c.
 */
const TLS_CLOSED = "coalesce(c.transport = 'tcp' AND c.tls_closed_at <= coalesce(c.close_at, 'inf'::DOUBLE), false)"

/**
 * The pool's key. A tunnel pools by its target, absolute-form requests by the proxy's address alone; hosts that one connection can
 * serve pool together (`coalescing.ts`); a connection that was upgraded cannot be shared and is a pool of its own; QUIC does not pool
 * with TCP (a client that is told of HTTP/3 is to move there, RFC 7838); a HAR's connections without a known address pool by authority.
 */
const subjectsTable = (clockJumped: string, unseen: string | null): string => `
CREATE OR REPLACE TABLE subjects AS
WITH known AS (
  SELECT c.id, c.transport, c.client_ip, c.server_ip, c.server_port, c.path, c.exchange_count, c.tls_sni,
    s.connects, s.tunnel_target, s.authority_low, s.authority_high, s.agent_low, s.agent_high, s.mixed_agents, s.proxied_exchanges,
    l.version AS last_version, l.request_connection,
    h.scheme, h.authority AS first_authority, h.user_agent AS first_agent,
    coalesce(s.absolute_form, false) AND NOT coalesce(s.connects, false) AS by_proxy_address,
    coalesce(c.application = 'websocket', false) AS upgraded
  FROM connections c
  LEFT JOIN exchange_summaries s ON s.connection = c.id
  LEFT JOIN header_sets h ON h.id = s.first_headers
  LEFT JOIN header_sets l ON l.id = s.last_headers
), pairs AS (
  SELECT client_ip, server_ip, server_port, path,
    bool_or(NOT coalesce(connects, false) AND authority_low <> authority_high)
      OR ${FROM_PROXY} AS by_address,
    ${FROM_PROXY} OR bool_and(${NGINX_DEFAULT}) AS from_proxy,
    NOT bool_or(agent_low <> agent_high) AND min(agent_low) <> max(agent_high) AS by_agent
  FROM known WHERE exchange_count > 0
  GROUP BY ALL
), keyed AS (
  SELECT k.id, k.client_ip, k.server_ip, k.server_port, k.path, k.exchange_count > 0 AS used,
    k.scheme, k.first_authority, k.first_agent, k.by_proxy_address, k.upgraded,
    CASE
      WHEN k.upgraded THEN 'upgraded ' || k.id
      WHEN coalesce(k.connects, false) THEN 'tunnel ' || lower(coalesce(k.tunnel_target, ''))
      WHEN k.by_proxy_address THEN 'proxy'
      WHEN coalesce(p.by_address, false) AND k.server_ip <> '' THEN coalesce(k.scheme, '')
      WHEN o.leader IS NOT NULL THEN 'coalesced ' || o.leader
      ELSE coalesce(k.scheme, '') || ' ' || lower(coalesce(k.tls_sni, k.first_authority, ''))
    END || CASE WHEN k.transport = 'quic' THEN ' quic' ELSE '' END AS pool_key,
    CASE WHEN starts_with(pool_key, 'coalesced ') THEN o.home_ip ELSE k.server_ip END AS home_ip,
    CASE WHEN coalesce(p.by_agent, false) THEN coalesce(k.first_agent, '') END AS pool_agent, coalesce(p.from_proxy, false) AS from_proxy
  FROM known k LEFT JOIN pairs p USING (client_ip, server_ip, server_port, path)
    LEFT JOIN coalesced o ON o.client_ip = k.client_ip AND o.server_ip = k.server_ip AND o.server_port = k.server_port AND o.path = k.path
      AND o.host = lower(k.tls_sni)
), pools AS (
  SELECT client_ip, server_ip, home_ip, server_port, path, used, pool_key, pool_agent,
    (dense_rank() OVER (ORDER BY client_ip, home_ip, server_port, path, used, pool_key, pool_agent))::INTEGER AS pool,
    (dense_rank() OVER (ORDER BY client_ip))::INTEGER AS client_number,
    (dense_rank() OVER (ORDER BY client_ip, coalesce(pool_agent, '')))::INTEGER AS program_number,
    (dense_rank() OVER (ORDER BY server_ip, server_port))::INTEGER AS server_number
  FROM (SELECT DISTINCT client_ip, server_ip, home_ip, server_port, path, used, pool_key, pool_agent FROM keyed)
), pooled AS (
  SELECT k.id, k.scheme, k.first_authority, k.first_agent, k.by_proxy_address, k.upgraded, k.pool_key, k.pool_agent, k.from_proxy,
    p.pool, p.client_number, p.program_number, p.server_number, k.home_ip <> k.server_ip AS elsewhere
  FROM keyed k JOIN pools p ON p.client_ip = k.client_ip AND p.server_ip = k.server_ip AND p.server_port = k.server_port
    AND p.home_ip = k.home_ip AND p.path = k.path AND p.used = k.used AND p.pool_key = k.pool_key AND p.pool_agent IS NOT DISTINCT FROM k.pool_agent
)
SELECT c.* REPLACE (
    CASE WHEN ${TLS_CLOSED} THEN c.tls_closed_by ELSE c.close_by END AS close_by,
    CASE WHEN ${TLS_CLOSED} THEN c.tls_closed_at ELSE c.close_at END AS close_at,
    CASE WHEN ${TLS_CLOSED} THEN c.tls_closed_packet ELSE c.close_packet END AS close_packet,
    CASE WHEN ${TLS_CLOSED} THEN 'fin' ELSE c.close_how END AS close_how),
  c.close_at AS tcp_close_at, c.close_how AS tcp_close_how,
  ${TLS_CLOSED} AND c.tls_closed_by = 'server' AND coalesce(c.server_fin_at, 'inf'::DOUBLE) >= c.tls_closed_at AS server_closed_tls,
  CASE WHEN server_closed_tls THEN c.tls_closed_at ELSE c.server_fin_at END AS server_end_at,
  CASE WHEN server_closed_tls THEN c.tls_closed_packet ELSE c.server_fin_packet END AS server_end_packet,
  s.* EXCLUDE (connection), k.* EXCLUDE (id),
  lh.method AS last_method, lh.version AS last_version, lh.request_connection, lh.response_connection,
  coalesce(syn_at, first_at) AS demand_at, ${WAYS},
  contains(marks, 'mid-stream') AS mid_stream, contains(marks, 'one-sided') AS one_sided, contains(marks, 'gap') AS has_gap,
  contains(marks, 'truncated') AS truncated, ${clockJumped} AS clock_jumped,
  ${ENCRYPTED} AS encrypted, again.at AS ports_again_at,
  ${unseen === null ? 'NULL::DOUBLE' : 'unseen.at'} AS unseen_from
FROM connections c
JOIN pooled k ON k.id = c.id
LEFT JOIN (
  SELECT same_ports_as AS id, min(first_at) AS at FROM connections WHERE same_ports_as IS NOT NULL GROUP BY same_ports_as
) again ON again.id = c.id
${unseen === null ? '' : `LEFT JOIN (${unseen}) unseen ON unseen.id = c.id`}
LEFT JOIN exchange_summaries s ON s.connection = c.id
LEFT JOIN header_sets lh ON lh.id = s.last_headers`

/** Makes the table of subjects anew from the facts. */
export async function prepareSubjects(store: Store): Promise<void> {
  await prepareCoalescing(store)
  await store.run(subjectsTable(await acrossJumps(store), await unseenFrom(store)))
}

/** Jumps that are looked at: the engine lists no more of one file. */
const MAX_JUMPS = 100

/** A condition for the connections in which the capture's clock jumped. */
async function acrossJumps(store: Store): Promise<string> {
  const rows = await store.rows(
    `SELECT packet FROM diagnostics WHERE code = 'clock-jump' AND packet IS NOT NULL ORDER BY packet LIMIT ${MAX_JUMPS}`,
  )
  const across = rows.map((row) => Number(row.packet)).map((p) => `(first_packet < ${p} AND last_packet >= ${p})`)
  return across.length === 0 ? 'false' : `(${across.join(' OR ')})`
}
