/**
 * After a final answer to "Expect: 100-continue" a client may leave out the content that its request announced, and go on with
 * the next request (RFC 9110 §10.1.1). The octets themselves have to tell which it did.
 */
import { latin1 } from '../../bytes/text'
import { endOfHead } from './head-end'
import { KNOWN_METHODS } from './start-line'

/** What is looked at, at most. Request lines of 8000 octets are to be supported (RFC 9112 §3). */
const MOST_LOOKED_AT = 16_384
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) [^\0- ]+ HTTP\/1\.\d\r?\n/
const METHODS = [...KNOWN_METHODS].map((method) => `${method} `)

/**
 * Are these octets, where content of `announced` octets was due (−1: chunked), that content or a new request?
 *
 * A new request is a whole request line with a version (RFC 9112 §3) whose message does not end just where the content would:
 * content that is itself a request fills what was announced to the last octet, a new request does so by chance only. Chunked
 * content begins with a number, which is no request line. 'more': what is there could still become either.
 *
 * @param pieces whether the octets lay in several segments: only with a known method is what begins there waited for, and so
 *   content is not joined with the request behind it
 */
export function contentOrRequest(b: Uint8Array, announced: number, pieces: boolean): 'content' | 'request' | 'more' {
  const text = latin1(b, 0, Math.min(b.length, MOST_LOOKED_AT))
  const method = REQUEST_LINE.exec(text)?.[1]
  if (method === undefined) {
    const begun = !text.includes('\n') && text.length < MOST_LOOKED_AT
    return begun && METHODS.some((known) => known.startsWith(text.slice(0, known.length))) ? 'more' : 'content'
  }
  if (pieces && !KNOWN_METHODS.has(method)) return 'content'
  if (announced < 0) return 'request'
  const end = endOfHead(b, 0, Math.min(b.length, MOST_LOOKED_AT))
  if (end === 0) return b.length < Math.min(announced, MOST_LOOKED_AT) ? 'more' : b.length === announced ? 'content' : 'request'
  const own = /^content-length:[ \t]*(\d{1,15})[ \t]*\r?$/im.exec(text.slice(0, end))
  return end + Number(own?.[1] ?? 0) === announced ? 'content' : 'request'
}
