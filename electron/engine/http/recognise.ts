/** Telling a protocol from the first bytes that one end sends. */
import { u16be, u24be, u32be } from '../bytes/read'
import { ContentType, LONGEST_RECORD } from '../tls/content'
import { INITIAL_FRAME_SIZE } from './h2/frame'
import { PREFACE } from './h2/preface'
import { likeFrames } from './h2/resync'

/** 'more': it may be one of them, once more of it is there. 'other': HTTP/1, or nothing that is known. */
export type Recognised = 'tls' | 'h2' | 'socks4' | 'socks5' | 'proxy' | 'other' | 'more'

const PROXY_V1 = Buffer.from('PROXY ', 'latin1')
/** "\r\n\r\n\0\r\nQUIT\n", PROXY protocol specification §2.2. */
const PROXY_V2 = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')

const H2_SETTINGS = 4

/** Bytes of one end's beginning, b[start, end). */
export function recognise(b: Uint8Array, start: number, end: number): Recognised {
  const first = b[start]!
  if (first >= ContentType.changeCipherSpec && first <= ContentType.applicationData) return tls(b, start, end)
  switch (first) {
    case 0x50: // P
      return signature(b, start, end, PREFACE, 'h2') ?? signature(b, start, end, PROXY_V1, 'proxy') ?? 'other'
    case 0x0d:
      return signature(b, start, end, PROXY_V2, 'proxy') ?? 'other'
    case 0:
      return settings(b, start, end)
    case 4:
      return socks4(b, start, end)
    case 5:
      // Version, the number of methods, the methods (RFC 1928 §3): nothing else is sent before the answer.
      return end - start >= 3 && end - start === 2 + b[start + 1]! ? 'socks5' : 'other'
    default:
      return first >= 0x80 ? ssl2(b, start, end) : 'other'
  }
}

/**
 * Does b[start, end) begin with a TLS ClientHello (RFC 8446 §4.1.2), in the middle of a stream? So protocols that begin in clear go over
 * to TLS: SMTP, IMAP and LDAP by STARTTLS, PostgreSQL and MySQL by a request of their own.
 */
export function beginsTls(b: Uint8Array, start: number, end: number): boolean {
  if (end - start < 11 || b[start] !== ContentType.handshake || b[start + 5] !== 1) return false
  return tls(b, start, end) === 'tls' && b[start + 9] === 3 && u24be(b, start + 6) >= 41
}

/** The PROXY protocol's header: 0 while its end is not there, −1 where it has none. */
export function proxyHeaderLength(b: Uint8Array, start: number, end: number): number {
  if (b[start] === 0x0d) {
    if (end - start < 16) return 0
    const length = 16 + u16be(b, start + 14)
    return length > LONGEST_PROXY_HEADER ? -1 : end - start >= length ? length : 0
  }
  const limit = Math.min(end, start + LONGEST_PROXY_LINE)
  for (let p = start; p < limit; p++) if (b[p] === 0x0a) return p + 1 - start
  return limit < end || limit - start === LONGEST_PROXY_LINE ? -1 : 0
}

/** PROXY protocol specification §2.1: 107 characters at most. */
const LONGEST_PROXY_LINE = 107
/** Addresses and type-length-value fields: a certificate's subject at most. */
const LONGEST_PROXY_HEADER = 4096

function signature(b: Uint8Array, start: number, end: number, wanted: Uint8Array, found: Recognised): Recognised | null {
  const length = Math.min(end - start, wanted.length)
  for (let i = 0; i < length; i++) if (b[start + i] !== wanted[i]) return null
  return length === wanted.length ? found : 'more'
}

/** A record's header (RFC 8446 §5.1), and what can follow it. */
function tls(b: Uint8Array, start: number, end: number): Recognised {
  const present = end - start
  if (present > 1 && b[start + 1] !== 3) return 'other'
  if (present > 2 && b[start + 2]! > 4) return 'other'
  if (present < 5) return 'more'
  const length = u16be(b, start + 3)
  if (length === 0 || length > LONGEST_RECORD) return 'other'
  if (b[start] === ContentType.handshake) return length >= 4 || present > 5 ? 'tls' : 'more'
  return b[start] === ContentType.applicationData ? (length > 16 ? 'tls' : 'other') : length <= 64 ? 'tls' : 'other'
}

/** An SSL 2.0 header around a ClientHello or ServerHello (RFC 6101 §E.1), as old clients begin with. */
function ssl2(b: Uint8Array, start: number, end: number): Recognised {
  const present = end - start
  if (present < 5) return 'more'
  const length = (b[start]! & 0x7f) * 256 + b[start + 1]!
  const version = u16be(b, start + 3)
  const isClient = b[start + 2] === 1 && (version === 2 || (version >= 0x300 && version <= 0x304))
  return isClient && length >= 9 && length <= 512 ? 'tls' : 'other'
}

/** A SETTINGS frame on stream 0 (RFC 9113 §6.5): how an HTTP/2 server begins. Where the capture begins late, other frames, all of them whole. */
function settings(b: Uint8Array, start: number, end: number): Recognised {
  const present = end - start
  if (present < 9) return present > 3 && b[start + 3] !== H2_SETTINGS ? 'other' : 'more'
  const length = u24be(b, start)
  const begins =
    length % 6 === 0 && length <= 600 && b[start + 3] === H2_SETTINGS && b[start + 4] === 0 && u32be(b, start + 5) === 0
  return begins || likeFrames(b, start, end, INITIAL_FRAME_SIZE) ? 'h2' : 'other'
}

/** VN 4, CONNECT or BIND, port, address, user id and its NUL. */
function socks4(b: Uint8Array, start: number, end: number): Recognised {
  const command = b[start + 1]
  return end - start >= 9 && (command === 1 || command === 2) && b[end - 1] === 0 ? 'socks4' : 'other'
}
