/** Telling whether bytes begin an HTTP/1 message (RFC 9112 §3 and §4). */
import { latin1 } from '../../bytes/text'

const LF = 0x0a
const SP = 0x20
const LONGEST_METHOD = 32
/** A request line may be this long before it is no longer taken for one (RFC 9112 §3 recommends 8000 at least). */
const LONGEST_LINE = 65_536

/** Octets that may stand in a token (RFC 9110 §5.6.2). */
const TOKEN = new Uint8Array(256)
for (const c of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") TOKEN[c.charCodeAt(0)] = 1

/** 'bare': a known method without a version behind it, which only counts where a request is due. */
export type Likeness = 'yes' | 'no' | 'perhaps' | 'bare'

/**
 * Methods of RFC 9110 §9, RFC 5789, WebDAV and its calendars, UPnP's eventing, and Microsoft's Exchange, RPC over HTTP and
 * Configuration Manager: enough to take a line without a version for a request (RFC 1945 §4.1).
 */
export const KNOWN_METHODS = new Set(
  [
    'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY',
    'PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH REPORT ACL BIND MKCALENDAR',
    'SUBSCRIBE UNSUBSCRIBE NOTIFY POLL BPROPFIND BPROPPATCH BCOPY BMOVE BDELETE',
    'RPC_IN_DATA RPC_OUT_DATA CCM_POST',
  ].flatMap((line) => line.split(' ')),
)

/** "HTTP/1.1 200" – as much of it as there is. "ICY 200" is how SHOUTcast servers answer HTTP/1.0. */
export function likeResponse(b: Uint8Array, start: number, end: number): Likeness {
  if (b[start] === 0x49) return likeIcy(b, start, end)
  const text = 'HTTP/'
  for (let i = 0; i < 5; i++) {
    if (start + i >= end) return 'perhaps'
    if (b[start + i] !== text.charCodeAt(i)) return 'no'
  }
  if (start + 5 >= end) return 'perhaps'
  const digit = b[start + 5]!
  return digit >= 0x30 && digit <= 0x39 ? 'yes' : 'no'
}

function likeIcy(b: Uint8Array, start: number, end: number): Likeness {
  const text = 'ICY '
  for (let i = 0; i < 4; i++) {
    if (start + i >= end) return 'perhaps'
    if (b[start + i] !== text.charCodeAt(i)) return 'no'
  }
  if (start + 4 >= end) return 'perhaps'
  return b[start + 4]! >= 0x31 && b[start + 4]! <= 0x35 ? 'yes' : 'no'
}

/**
 * "METHOD target HTTP/1.1" – as much of it as there is. 'yes' needs the version at the line's end; without a line end in
 * sight it is 'perhaps' while what is there could still become one.
 */
export function likeRequest(b: Uint8Array, start: number, end: number): Likeness {
  let p = start
  while (p < end && TOKEN[b[p]!] === 1 && p - start <= LONGEST_METHOD) p++
  if (p === end && p > start && p - start <= LONGEST_METHOD) return 'perhaps'
  const alone = b[p] === LF || b[p] === 0x0d
  if (p === start || (b[p] !== SP && !alone) || p - start > LONGEST_METHOD) return 'no'
  if (alone) return KNOWN_METHODS.has(latin1(b, start, p)) ? 'bare' : 'no'
  const limit = Math.min(end, start + LONGEST_LINE)
  let q = p + 1
  for (; q < limit; q++) {
    const c = b[q]!
    if (c === LF) break
    if (c < SP && c !== 0x0d && c !== 0x09) return 'no'
  }
  if (q === limit) return limit === end ? 'perhaps' : 'no'
  if (versionAt(b, p, q) > p) return 'yes'
  return KNOWN_METHODS.has(latin1(b, start, p)) || hostFollows(b, q + 1, end) ? 'bare' : 'no'
}

/** "GET /target" and the line's end, no more: a Simple-Request (RFC 1945 §4.1). */
export function isSimpleRequest(b: Uint8Array, length: number): boolean {
  if (length > LONGEST_LINE || b[length - 1] !== LF) return false
  return /^GET (?:\/|https?:\/\/)[^ \n]*\n$/.test(latin1(b, 0, length))
}

/** "METHOD target HTTP/1" without its end: a short snapshot length keeps no more of many requests. */
export function isCutRequest(b: Uint8Array, length: number): boolean {
  const method = methodEnd(b, 0, length)
  const version = method > 0 && method <= LONGEST_METHOD ? versionAt(b, method, length) : -1
  return version > method && !b.subarray(0, length).includes(LF)
}

/** "Host:" behind a request line: whoever sent it speaks HTTP, whatever the method, and though the version is missing. */
function hostFollows(b: Uint8Array, start: number, end: number): boolean {
  return end - start >= 5 && latin1(b, start, start + 5).toLowerCase() === 'host:'
}

/** Where " HTTP/x" begins in a request line that ends before `lineEnd`; −1 if it has no version. */
export function versionAt(b: Uint8Array, start: number, lineEnd: number): number {
  let e = lineEnd
  while (e > start && (b[e - 1] === 0x0d || b[e - 1] === SP)) e--
  let p = e
  while (p > start && b[p - 1] !== SP) p--
  return p > start && likeResponse(b, p, e) === 'yes' ? p - 1 : -1
}

/** The method at `start`, up to the space. */
export function methodEnd(b: Uint8Array, start: number, end: number): number {
  let p = start
  while (p < end && TOKEN[b[p]!] === 1) p++
  return p
}
