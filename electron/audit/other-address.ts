/**
 * The same name at another address: the client got a different DNS answer and moved on, though the connection to the first address was
 * open and free, and neither it nor its address was used again. A client that uses several addresses at once spreads its load, and
 * needs a connection to each.
 */
import type { Store } from '../store/store'
import type { Elsewhere } from './elsewhere'

const OTHER_ADDRESS = `
WITH direct AS (
  SELECT s.id, s.pool, s.demand_at, s.idle_since, s.last_request_at, s.close_at, s.http2_goaway_at, s.has_gap, s.last_headers,
    s.server_ip, s.syn_packet, s.last_response_packet,
    concat_ws(' ', s.client_ip, s.server_port, s.path, s.pool_agent, s.scheme, lower(coalesce(s.tls_sni, s.first_authority))) AS who
  FROM subjects s JOIN header_sets h ON h.id = s.first_headers
  WHERE s.transport = 'tcp' AND s.exchange_count > 0 AND NOT s.upgraded AND NOT s.by_proxy_address AND NOT coalesce(s.connects, false)
    AND coalesce(s.tls_sni, s.first_authority, '') <> '' AND NOT starts_with(coalesce(s.tls_sni, s.first_authority), s.server_ip)
    AND NOT coalesce(h.forwarded, false) AND h.request_via IS NULL
), several AS (
  SELECT * FROM direct WHERE who IN (SELECT who FROM direct GROUP BY who HAVING count(DISTINCT server_ip) > 1)
), uses AS (
  SELECT who, server_ip, max(greatest(coalesce(last_request_at, demand_at), demand_at)) AS last_use FROM several GROUP BY ALL
), firsts AS (
  SELECT * FROM several QUALIFY row_number() OVER (PARTITION BY pool ORDER BY demand_at, id) = 1
), free AS (
  SELECT * FROM several WHERE idle_since IS NOT NULL
)
SELECT c.id::DOUBLE AS id, p.id::DOUBLE AS previous, c.server_ip AS address, p.server_ip AS earlier, p.idle_since AS free_since,
  (c.demand_at - p.idle_since) / 1e9 AS gap, p.last_response_packet::DOUBLE AS response_packet, c.syn_packet::DOUBLE AS syn
FROM firsts c ASOF JOIN free p ON c.who = p.who AND c.demand_at >= p.idle_since
JOIN uses u ON u.who = p.who AND u.server_ip = p.server_ip
LEFT JOIN header_sets h ON h.id = p.last_headers
WHERE p.server_ip <> c.server_ip AND coalesce(p.close_at, 'inf'::DOUBLE) > c.demand_at AND u.last_use <= c.demand_at
  AND coalesce(p.http2_goaway_at, 'inf'::DOUBLE) > c.demand_at AND NOT p.has_gap
  AND coalesce(h.request_keeps_alive, true) AND coalesce(h.response_keeps_alive, true)`

export async function atOtherAddress(store: Store): Promise<ReadonlyMap<number, Elsewhere>> {
  const found = new Map<number, Elsewhere>()
  for await (const row of store.stream(OTHER_ADDRESS)) {
    const [previous, gapSeconds] = [row.previous as number, row.gap as number]
    const text =
      `Connection ${previous} to ${row.earlier as string} had been idle for ${gapSeconds.toFixed(2)} s and was still open; ` +
      `the client opened another to ${row.address as string} for the same name and did not come back to the first.`
    const packets = [row.response_packet, row.syn].filter((p): p is number => typeof p === 'number' && p > 0)
    const evidence = { previousConnection: previous, packets, gapSeconds, text }
    found.set(row.id as number, { cause: 'different-address', evidence, freeSince: row.free_since as number })
  }
  return found
}
