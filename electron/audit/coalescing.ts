/**
 * Hosts that one HTTP/2 or HTTP/3 connection can serve (RFC 9113 §9.1.1, RFC 9114 §3.3): they are reached at the same address and port, and
 * the certificate that one of them shows covers the other. Known where the certificate was sent in clear or is decrypted.
 */
import type { Store } from '../store/store'
import type { Explained } from './causes'
import type { Subject } from './subjects'

/** Hosts of one client at one server that are compared with each other; a server with more is left alone. */
const MOST_HOSTS = 100

const PAIR = 'client_ip, server_ip, server_port, path'
const PRESENT = "tls_sni IS NOT NULL AND application IN ('h2', 'h3')"

/**
 * Makes the table `coalesced`: for each client, server and host that shares with others the first of these by name, `leader`.
 *
 * Each must cover the other, as far as its certificate was seen (a resumed session shows none), so that the order in which they were asked for does
 * not matter. An ORIGIN frame narrows what a connection is for (RFC 8336 §2.3). A server that ever answered 421 (Misdirected Request) is
 * left alone: it has said that it tells its hosts apart.
 */
const COALESCED = `
CREATE OR REPLACE TABLE coalesced AS
WITH misdirected AS (
  SELECT DISTINCT server_ip, server_port FROM connections c JOIN exchange_rows e ON e.connection = c.id WHERE e.status = 421
), few AS (
  SELECT ${PAIR} FROM connections WHERE ${PRESENT}
  GROUP BY ALL HAVING count(DISTINCT lower(tls_sni)) BETWEEN 2 AND ${MOST_HOSTS}
), shown AS (
  SELECT DISTINCT ${PAIR}, lower(tls_sni) AS host, tls_certificate_names AS names, http2_origins AS origins
  FROM connections SEMI JOIN few USING (${PAIR}) ANTI JOIN misdirected USING (server_ip, server_port)
  WHERE ${PRESENT}
), hosts AS (
  SELECT ${PAIR}, host, bool_or(names IS NOT NULL) AS certified,
    'https://' || host || CASE WHEN server_port = 443 THEN '' ELSE ':' || server_port END AS origin,
    '*' || substr(host, strpos(host, '.')) AS wildcard
  FROM shown GROUP BY ALL
), certificates AS (
  SELECT DISTINCT ${PAIR}, host, origins, lower(unnest(string_split(names, chr(10)))) AS name FROM shown
), covers AS (
  SELECT DISTINCT ${PAIR}, c.host AS by, h.host AS host
  FROM certificates c JOIN hosts h USING (${PAIR})
  WHERE (c.name = h.host OR (c.name = h.wildcard AND contains(h.host, '.')))
    AND c.host <> h.host
    AND (coalesce(c.origins, '') = '' OR list_contains(string_split(lower(c.origins), chr(10)), h.origin))
), shared AS (
  SELECT ${PAIR}, a.by AS host, a.host AS other
  FROM covers a JOIN hosts h USING (${PAIR}) LEFT JOIN covers b ON
    b.client_ip = a.client_ip AND b.server_ip = a.server_ip AND b.server_port = a.server_port AND b.path = a.path
    AND b.by = a.host AND b.host = a.by
  WHERE h.host = a.host AND (b.by IS NOT NULL OR NOT h.certified)
)
SELECT ${PAIR}, host, least(host, min(other)) AS leader
FROM (FROM shared UNION SELECT ${PAIR}, other, host FROM shared)
GROUP BY ${PAIR}, host`

/** Looks at the facts in the store. */
export const prepareCoalescing = (store: Store): Promise<void> => store.run(COALESCED)

/** An open connection that was left for one to another host is one that the client did not know, or not trust, to be for both. */
export function missedCoalescing(explained: Explained, previous: Subject, opened: Subject): Explained {
  const [before, host] = [previous.sni?.toLowerCase(), opened.sni?.toLowerCase()]
  if (explained.cause !== 'idle-connection-ignored' || before === undefined || host === undefined || before === host)
    return explained
  const text = `Connection ${previous.id} for ${before} was open at the same address, and its certificate covers ${host} as well; the client opened another.`
  return { cause: 'missed-coalescing', evidence: { ...explained.evidence, text } }
}
