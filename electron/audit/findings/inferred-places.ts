/**
 * What an origin's server is likely to be where its own messages are encrypted: what it says of itself in the clear at port 80 of the same
 * address, or on another connection to the same port or name; and the names in its certificate. Told as an inference.
 */
import type { Store } from '../../store/store'
import type { Elsewhere } from '../remedies/product'

export interface Inferred {
  /** The port of its server. */
  readonly serverPort: number | null
  readonly elsewhere: Elsewhere | null
  /** The names of its certificate, one a line; null where it was not sent in clear (TLS 1.3). */
  readonly certificate: string | null
}

/** What a set of responses all say, or null: a second server behind the same address proves nothing. */
const same = (column: string): string => `CASE WHEN min(${column}) = max(${column}) THEN min(${column}) END`

/** A name without its port, as it stands beside an SNI. */
const HOST = String.raw`lower(regexp_replace(s.first_authority, ':\d+$', ''))`

const inferredSql = (wanted: string): string => `
WITH unread AS (
  SELECT v.origin, s.server_ip, s.server_port, lower(s.tls_sni) AS sni, min(s.tls_certificate_names) AS certificate
  FROM verdicts v JOIN subjects s ON s.id = v.connection
  WHERE v.origin IN (${wanted}) AND s.server_ip <> '' AND s.exchange_count = 0 AND s.transport <> 'har'
  GROUP BY ALL
), said AS (
  SELECT s.server_ip, s.server_port, ${HOST} AS host, ${same('s.product')} AS product,
    min(s.product) IS DISTINCT FROM max(s.product) AS differ,
    ${same('h.response_via')} AS via, ${same('h.response_marks')} AS marks
  FROM subjects s SEMI JOIN unread USING (server_ip) LEFT JOIN header_sets h ON h.id = s.last_headers
  WHERE s.exchange_count > 0 AND NOT s.by_proxy_address AND NOT coalesce(s.connects, false)
    AND (s.product IS NOT NULL OR h.response_via IS NOT NULL OR h.response_marks IS NOT NULL)
  GROUP BY ALL
)
SELECT u.origin, min(u.server_port)::DOUBLE AS server_port, min(u.certificate) AS certificate, ${same('said.product')} AS product,
  coalesce(bool_or(said.differ), false) OR min(said.product) IS DISTINCT FROM max(said.product) AS differ,
  ${same('said.via')} AS via, ${same('said.marks')} AS marks, min(said.server_port)::DOUBLE AS port
FROM unread u LEFT JOIN said ON said.server_ip = u.server_ip
  AND (said.server_port = 80 OR said.server_port = u.server_port OR said.host = u.sni)
GROUP BY u.origin`

/** @param origins whose own messages could not be read; a few */
export async function inferredAt(store: Store, origins: readonly string[]): Promise<ReadonlyMap<string, Inferred>> {
  if (origins.length === 0) return new Map()
  const rows = await store.rows(inferredSql(origins.map((_, i) => `$${i + 1}`).join(', ')), origins)
  return new Map(
    rows.map((row) => {
      const text = (name: string): string | null => (row[name] ?? null) as string | null
      const [product, via, marks] = [text('product'), text('via'), text('marks')]
      const silent = row.differ === true || (product === null && via === null && marks === null)
      const elsewhere = silent ? null : { product, responseVia: via, responseMarks: marks, port: row.port as number }
      const serverPort = (row.server_port ?? null) as number | null
      return [row.origin as string, { serverPort, elsewhere, certificate: text('certificate') }]
    }),
  )
}
