/**
 * Hosts that one HTTP/2 or HTTP/3 connection can serve (RFC 9113 §9.1.1, RFC 9114 §3.3): they are reached at the same address and port, and
 * the certificate that one of them shows covers the other. Known where the certificate was sent in clear or is decrypted. An ORIGIN frame
 * (RFC 8336) says instead of the address what a connection is for, and still the certificate must cover it (§2.4).
 */
import type { Store } from '../store/store'
import type { Explained } from './case'
import type { Subject } from './subjects'

/** Hosts of one client at one server that are compared with each other; a server with more is left alone. */
const MOST_HOSTS = 100
/** Addresses at which one client was sent ORIGIN frames, by hosts that are compared with each other; where there are more, none are. */
const MOST_ADDRESSES = 1000

const PAIR = 'client_ip, server_ip, server_port, path'
const PRESENT = "tls_sni IS NOT NULL AND application IN ('h2', 'h3')"

/**
 * Makes the table `coalesced`: for each client, server and host that shares with others the first of these by name, `leader`, and where
 * that is reached, `home_ip`.
 *
 * Each must cover the other, as far as its certificate was seen (a resumed session shows none), so that the order in which they were asked for does
 * not matter. Where a server sends ORIGIN frames, the origin set says what a connection is for (RFC 8336 §2.3): at its address nothing else, and what
 * is in it at other addresses, too, if both name each other. There the work does not grow with pairs of addresses: what was announced is
 * told apart, each finds the hosts that name it, and each of these hosts has one home for it. A server that ever answered 421 (Misdirected Request) is left alone: it has
 * said that it tells its hosts apart.
 */
const coalesced = (misdirected: string): string => `
CREATE OR REPLACE TABLE coalesced AS
WITH misdirected AS (
  ${misdirected}
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
), listed AS (
  SELECT client_ip, server_port, path FROM connections WHERE ${PRESENT} AND http2_origins <> ''
  GROUP BY ALL
  HAVING count(DISTINCT server_ip) BETWEEN 2 AND ${MOST_ADDRESSES} AND count(DISTINCT lower(tls_sni)) BETWEEN 2 AND ${MOST_HOSTS}
), announced AS (
  SELECT min(id) AS first, client_ip, server_port, path, lower(tls_sni) AS host, string_split(lower(http2_origins), chr(10)) AS origins,
    string_split(lower(tls_certificate_names), chr(10)) AS names, list(DISTINCT server_ip) AS addresses
  FROM connections SEMI JOIN listed USING (client_ip, server_port, path) ANTI JOIN misdirected USING (server_ip, server_port)
  WHERE ${PRESENT} AND http2_origins <> '' AND tls_certificate_names IS NOT NULL
  GROUP BY ALL
), reached AS (
  SELECT DISTINCT client_ip, server_port, path, host AS other,
    'https://' || host || CASE WHEN server_port = 443 THEN '' ELSE ':' || server_port END AS origin,
    '*' || substr(host, strpos(host, '.')) AS wildcard
  FROM announced
), named AS (
  SELECT first, client_ip, server_port, path, a.host, r.other, a.address
  FROM (SELECT * EXCLUDE (origins, addresses), unnest(origins) AS origin, list_min(addresses) AS address FROM announced) a
  JOIN reached r USING (client_ip, server_port, path, origin)
  WHERE a.host <> r.other AND (list_contains(a.names, r.other) OR (contains(r.other, '.') AND list_contains(a.names, r.wildcard)))
), homes AS (
  SELECT client_ip, server_port, path, host AS other, other AS host, min(address) AS home_ip FROM named GROUP BY ALL
), led AS (
  SELECT first, min(other) AS other, arg_min(home_ip, other) AS other_ip
  FROM named JOIN homes USING (client_ip, server_port, path, host, other) GROUP BY first
), elsewhere AS (
  SELECT client_ip, unnest(addresses) AS server_ip, server_port, path, host, other, other_ip FROM announced JOIN led USING (first)
), shared AS (
  SELECT ${PAIR}, a.by AS host, a.host AS other
  FROM covers a JOIN hosts h USING (${PAIR}) LEFT JOIN covers b ON
    b.client_ip = a.client_ip AND b.server_ip = a.server_ip AND b.server_port = a.server_port AND b.path = a.path
    AND b.by = a.host AND b.host = a.by
  WHERE h.host = a.host AND (b.by IS NOT NULL OR NOT h.certified)
)
SELECT ${PAIR}, host, min(other) AS leader, arg_min(other_ip, other || ' ' || other_ip) AS home_ip
FROM (
  SELECT ${PAIR}, host, other, server_ip AS other_ip FROM shared
  UNION SELECT ${PAIR}, other, host, server_ip FROM shared
  UNION SELECT ${PAIR}, host, host, server_ip FROM shared
  UNION SELECT ${PAIR}, other, other, server_ip FROM shared
  UNION SELECT ${PAIR}, host, other, other_ip FROM elsewhere
  UNION SELECT ${PAIR}, host, host, server_ip FROM elsewhere
)
GROUP BY ${PAIR}, host`

const MISDIRECTED = `SELECT DISTINCT server_ip, server_port FROM connections c JOIN exchange_rows e ON e.connection = c.id WHERE e.status = 421`
const NONE = `SELECT server_ip, server_port FROM connections WHERE false`

/** Looks at the facts in the store; at the exchanges only where hosts could share at all. */
export async function prepareCoalescing(store: Store): Promise<void> {
  const [row] = await store.rows(`SELECT count(DISTINCT lower(tls_sni)) > 1 AS several FROM connections WHERE ${PRESENT}`)
  await store.run(coalesced(row?.several === true ? MISDIRECTED : NONE))
}

/** An open connection that was left for one to another host is one that the client did not know, or not trust, to be for both. */
export function missedCoalescing(explained: Explained, previous: Subject, opened: Subject): Explained {
  const [before, host] = [previous.sni?.toLowerCase(), opened.sni?.toLowerCase()]
  if (explained.cause !== 'idle-connection-ignored' || before === undefined || host === undefined || before === host)
    return explained
  const why =
    previous.elsewhere || opened.elsewhere
      ? `was open, its ORIGIN frame names ${host}, and its certificate covers it`
      : `was open at the same address, and its certificate covers ${host} as well`
  const text = `Connection ${previous.id} for ${before} ${why}; the client opened another.`
  return { cause: 'missed-coalescing', evidence: { ...explained.evidence, text } }
}
