import { latin1 } from '../bytes/text'
import type { ByteSource } from '../source'
import { decompress } from './compressed'
import { formatOf } from './format'
import { PeekedSource } from './head'

/** Enough for the white space and the first key of a HAR. */
const LOOK = 4096
/** RFC 8259 white space, then an object whose first key is "log" (HAR 1.2 §log). */
const HAR = /^(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:/

/**
 * Is this a capture or a HAR, by its first bytes, unpacked where it is compressed? Unlike opening it this asks for certainty:
 * any JSON file begins like a HAR. Reads from the source, which is of no further use then.
 */
export async function isCapture(source: ByteSource): Promise<boolean> {
  let peeked = new PeekedSource(source)
  let head = await peeked.peek(LOOK)
  let format = formatOf(head)
  if (format === 'gzip' || format === 'zstd' || format === 'lz4') {
    peeked = new PeekedSource(decompress(format, peeked))
    head = await peeked.peek(LOOK)
    format = formatOf(head)
  }
  if (format === 'json') return HAR.test(latin1(head, 0, head.length))
  return format === 'pcap' || format === 'pcapng'
}
