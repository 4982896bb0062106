/** Headers that are added in the belief that they keep connections open, and change nothing. */
import type { Store } from '../store/store'

/**
 * Programs that never write the field themselves in HTTP/1.1: where they did, somebody made them. Browsers, Python's requests, undici,
 * nginx, Node.js, Gunicorn and others write it of their own accord, which is nothing that was added.
 */
const SILENT_CLIENTS = '^(curl|libcurl|Go-http-client)/'
const SILENT_SERVERS = '^(Caddy|uvicorn)\\b'

const says = (field: string, word: string): string => `contains(lower(h.${field}), '${word}')`

/** In HTTP/2 and HTTP/3 the field is not even allowed (RFC 9113, section 8.2.2). A proxy may have added it on the way: then it is the proxy's. */
const COUNTS = `
SELECT count_if(${says('request_connection', 'keep-alive')} AND NOT coalesce(h.forwarded, false) AND h.request_via IS NULL
    AND (h.version LIKE 'HTTP/2%' OR h.version LIKE 'HTTP/3%' OR h.version = 'HTTP/1.1' AND regexp_matches(h.user_agent, '${SILENT_CLIENTS}'))) AS requests,
  count_if(${says('response_connection', 'keep-alive')}
    AND (h.response_version LIKE 'HTTP/2%' OR h.response_version LIKE 'HTTP/3%'
      OR h.response_version = 'HTTP/1.1' AND (${says('response_connection', 'close')} OR regexp_matches(h.server_product, '${SILENT_SERVERS}')))) AS responses
FROM exchange_rows e JOIN header_sets h ON h.id = e.headers`

/** A note where messages say "Connection: keep-alive" that do not by themselves; null where none does. */
export async function placeboNote(store: Store): Promise<string | null> {
  const [row] = await store.rows(COUNTS)
  const parts = [counted(row?.requests, 'request'), counted(row?.responses, 'response')].filter((part) => part !== null)
  if (parts.length === 0) return null
  return `“Connection: keep-alive” was added to ${parts.join(' and ')}, whose programs do not send it by themselves. From HTTP/1.1 on it is the default (RFC 9112, section 9.3): adding it keeps nothing open, and its absence is no fault.`
}

function counted(value: unknown, one: string): string | null {
  const n = Number(value ?? 0)
  return n === 0 ? null : `${n.toLocaleString('en')} ${n === 1 ? one : `${one}s`}`
}
