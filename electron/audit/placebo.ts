/** Headers that are added in the belief that they keep connections open, and change nothing. */
import type { Store } from '../store/store'

const COUNTS = `
SELECT count_if(h.version = 'HTTP/1.1' AND contains(lower(h.request_connection), 'keep-alive')) AS requests,
  count_if(h.response_version = 'HTTP/1.1' AND contains(lower(h.response_connection), 'keep-alive')
    AND NOT contains(lower(h.response_connection), 'close')) AS responses
FROM exchange_rows e JOIN header_sets h ON h.id = e.headers`

/** A note where HTTP/1.1 messages say "Connection: keep-alive"; null where none does. */
export async function placeboNote(store: Store): Promise<string | null> {
  const [row] = await store.rows(COUNTS)
  const parts = [counted(row?.requests, 'request'), counted(row?.responses, 'response')].filter((part) => part !== null)
  if (parts.length === 0) return null
  return `“Connection: keep-alive” was in ${parts.join(' and ')} of HTTP/1.1, where it is the default (RFC 9112, section 9.3): adding it keeps nothing open, and its absence is no fault.`
}

function counted(value: unknown, one: string): string | null {
  const n = Number(value ?? 0)
  return n === 0 ? null : `${n.toLocaleString('en')} ${n === 1 ? one : `${one}s`}`
}
