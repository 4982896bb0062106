/** Which encrypted records may be part of a request or a response, by their length alone. */
import { isTls13 } from './hello'
import type { ServerHello } from './hello'
import { suiteOf } from './suites'

/** What a record of TLS 1.3 adds to its content: type and tag. Before: explicit nonce and tag (RFC 5288), or a tag (RFC 7905). */
const ADDED_13 = 17
const ADDED_12 = 24
const ADDED_CHACHA20 = 16

/** Of HTTP/1: "GET / HTTP/1.0" and the empty line. */
const SHORTEST_IN_TEXT = 18
/** Of HTTP/2: a HEADERS frame with five octets of fields (RFC 9113 §4.1, §6.2). */
const SHORTEST_IN_FRAMES = 14
/** Alone in a record: PING or GOAWAY; WINDOW_UPDATE or RST_STREAM beside the acknowledgment of SETTINGS. Shorter ones are below {@link SHORTEST_IN_FRAMES}. */
const CONTROL: ReadonlySet<number> = new Set([17, 22])
const WINDOW_UPDATE = 13
/** Of a response that goes on: in its midst windows are opened, several at once. */
const LONG = 1024
const MOST_UPDATES = 4 * WINDOW_UPDATE

/** Octets by which a record of application data is longer than its content; for block ciphers, which pad, about that. */
export function added(hello: ServerHello | null): number {
  if (hello === null || isTls13(hello.version)) return ADDED_13
  const suite = suiteOf(hello.cipherSuite)
  return suite?.kind === 'aead' && suite.cipher === 'chacha20-poly1305' ? ADDED_CHACHA20 : ADDED_12
}

/**
 * @param content octets in the record
 * @param isText HTTP/2 was not offered
 * @param before octets in the last such record of the other side
 */
export function isMessage(content: number, isText: boolean, before: number): boolean {
  if (isText) return content >= SHORTEST_IN_TEXT
  if (content < SHORTEST_IN_FRAMES || CONTROL.has(content)) return false
  return !(before >= LONG && content <= MOST_UPDATES && content % WINDOW_UPDATE === 0)
}
