/** The head of a message: start line and the few fields that say how the message ends and whether the connection stays. */
import type { Persistence } from '../../../../shared/model/facts'
import { latin1 } from '../../bytes/text'
import type { TextCache } from '../../bytes/text'
import { challengesIn, CREDENTIALS } from '../authentication'
import { marksOfField } from '../product-marks'
import { forwardingField, takeForwarding } from '../forwarding'
import type { Found } from '../forwarding'
import { methodEnd, versionAt } from './start-line'

export interface Fields {
  connection: string | null
  /** What some clients send to a proxy instead (RFC 9112 §C.2.2). */
  proxyConnection: string | null
  /** −1 where absent or unreadable. */
  contentLength: number
  /** Two Content-Length values that differ (RFC 9112 §6.3, rule 5). */
  conflictingLength: boolean
  transferEncoding: string | null
  host: string | null
  userAgent: string | null
  server: string | null
  via: string | null
  keepAlive: string | null
  upgrade: string | null
  forwarded: boolean
  /** Product marks, as bits (product-marks.ts). */
  marks: number
  /** What it says of credentials, as bits (authentication.ts). */
  authentication: number
  forwarding: Found | null
  /** "100-continue": the client may wait with the content for what the server says of the head (RFC 9110 §10.1.1). */
  expectsContinue: boolean
}

export interface RequestHead extends Fields {
  readonly kind: 'request'
  readonly method: string
  readonly target: string
  readonly version: string
}

export interface ResponseHead extends Fields {
  readonly kind: 'response'
  readonly version: string
  /** 0 in HTTP/0.9, which has none. */
  readonly status: number
}

export type Head = RequestHead | ResponseHead

const LF = 0x0a
const CR = 0x0d
const SP = 0x20
const HT = 0x09
const COLON = 0x3a
const COMMA = 0x2c
const PLUS = 0x2b
/** Kept of any one text: enough to read it by. */
const LONGEST_TEXT = 2000
/** Servers accept request lines of 8 KiB (Apache's LimitRequestLine, nginx's large_client_header_buffers). */
const LONGEST_TARGET = 8192

/** Texts that come again in every message, and those that rarely do. */
export interface Texts {
  readonly common: TextCache
}

// The fields are spelled out in both heads below: spreading them in costs a tenth of all reading.

/** A request's head out of b[start, end), which ends with its empty line; null if the first line is none. */
export function parseRequest(b: Uint8Array, start: number, end: number, texts: Texts): RequestHead | null {
  const lineEnd = endOfLine(b, start, end)
  const method = methodEnd(b, start, lineEnd)
  if (method === start) return null
  const found = versionAt(b, method, lineEnd)
  // No version, or nothing between method and version: what is there is the target (RFC 1945 §4.1, Simple-Request).
  const version = found > method ? found : -1
  const targetStart = Math.min(method + 1, lineEnd)
  const head: RequestHead = {
    kind: 'request',
    method: texts.common.get(b, start, method),
    target: targetText(b, targetStart, version < 0 ? lineEnd : version),
    // A version that the snapshot length cut is taken for today's.
    version:
      version < 0 ? 'HTTP/0.9' : lineEnd === end && end - version < 9 ? 'HTTP/1.1' : versionText(b, version + 1, lineEnd, texts),
    connection: null,
    proxyConnection: null,
    contentLength: -1,
    conflictingLength: false,
    transferEncoding: null,
    host: null,
    userAgent: null,
    server: null,
    via: null,
    keepAlive: null,
    upgrade: null,
    forwarded: false,
    marks: 0,
    authentication: 0,
    forwarding: null,
    expectsContinue: false,
  }
  parseFields(b, lineEnd + 1, end, head, texts)
  return head
}

/** A target holds no white space (RFC 9112 §3.2): what follows one is no part of it. */
function targetText(b: Uint8Array, start: number, end: number): string {
  const limit = Math.min(end, start + LONGEST_TARGET)
  let p = start
  while (p < limit && b[p]! > SP) p++
  return latin1(b, start, p)
}

/** A response's head; null if the first line is no status line. */
export function parseResponse(b: Uint8Array, start: number, end: number, texts: Texts): ResponseHead | null {
  const lineEnd = endOfLine(b, start, end)
  let p = start
  while (p < lineEnd && b[p] !== SP) p++
  // SHOUTcast's "ICY 200 OK" stands for HTTP/1.0.
  const version = b[start] === 0x49 ? 'HTTP/1.0' : versionText(b, start, p, texts)
  while (p < lineEnd && b[p] === SP) p++
  let status = 0
  let digits = 0
  for (; digits < 3 && p < lineEnd; digits++, p++) {
    const c = b[p]!
    if (c < 0x30 || c > 0x39) return null
    status = status * 10 + c - 0x30
  }
  // Three digits make a status line (RFC 9112 §4); a code below 100 is a final one (RFC 9110 §15). 000 stands for no status, as in logs.
  if (digits < 3 || status === 0) return null
  const head: ResponseHead = {
    kind: 'response',
    version,
    status,
    connection: null,
    proxyConnection: null,
    contentLength: -1,
    conflictingLength: false,
    transferEncoding: null,
    host: null,
    userAgent: null,
    server: null,
    via: null,
    keepAlive: null,
    upgrade: null,
    forwarded: false,
    marks: 0,
    authentication: 0,
    forwarding: null,
    expectsContinue: false,
  }
  parseFields(b, lineEnd + 1, end, head, texts)
  return head
}

/** What stands for the head of an HTTP/0.9 response: there is none (RFC 1945 §6). */
export const SIMPLE_RESPONSE: ResponseHead = {
  kind: 'response',
  version: 'HTTP/0.9',
  status: 0,
  connection: null,
  proxyConnection: null,
  contentLength: -1,
  conflictingLength: false,
  transferEncoding: null,
  host: null,
  userAgent: null,
  server: null,
  via: null,
  keepAlive: null,
  upgrade: null,
  forwarded: false,
  marks: 0,
  authentication: 0,
  forwarding: null,
  expectsContinue: false,
}

function versionText(b: Uint8Array, start: number, end: number, texts: Texts): string {
  let e = end
  while (e > start && (b[e - 1] === CR || b[e - 1] === SP || b[e - 1] === LF)) e--
  return texts.common.get(b, start, Math.min(e, start + 16))
}

function endOfLine(b: Uint8Array, start: number, end: number): number {
  let p = start
  while (p < end && b[p] !== LF) p++
  return p
}

/** Behind the line's end; `end` where the head was cut before it. */
const behindLine = (b: Uint8Array, start: number, end: number): number => Math.min(end, endOfLine(b, start, end) + 1)

function parseFields(b: Uint8Array, start: number, end: number, into: Fields, texts: Texts): void {
  for (let line = start; line < end;) {
    let next = behindLine(b, line, end)
    // Obsolete line folding (RFC 9112 §5.2): a line that begins with white space goes on with the one before.
    while (next < end && (b[next] === SP || b[next] === HT)) next = behindLine(b, next, end)
    let colon = line
    while (colon < next && b[colon] !== COLON) colon++
    if (colon < next) field(b, line, colon, next, into, texts)
    line = next
  }
}

/** Lower-cased comparison of b[start, end) with a name that is given in lower case. */
function named(b: Uint8Array, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false
  for (let i = 0; i < name.length; i++) if ((b[start + i]! | 0x20) !== (name.charCodeAt(i) | 0x20)) return false
  return true
}

function value(b: Uint8Array, start: number, end: number, texts: Texts): string {
  let s = start
  let e = end
  while (s < e && (b[s] === SP || b[s] === HT || b[s] === CR || b[s] === LF)) s++
  while (e > s && (b[e - 1] === SP || b[e - 1] === HT || b[e - 1] === CR || b[e - 1] === LF)) e--
  const text = texts.common.get(b, s, Math.min(e, s + LONGEST_TEXT))
  if (!text.includes('\n') && !text.includes('\r')) return text
  // A CR alone ends no line: a recipient that does not refuse it replaces it by a space (RFC 9112 §2.2).
  return text.replace(/\r?\n[ \t]+|\r/g, ' ')
}

const joined = (before: string | null, more: string): string =>
  before === null ? more : `${before}, ${more}`.slice(0, LONGEST_TEXT)

/** Reads one field if it is one of ours. The names' lengths sort out nearly all others at once. */
function field(b: Uint8Array, start: number, nameEnd: number, end: number, into: Fields, texts: Texts): void {
  let e = nameEnd
  while (e > start && (b[e - 1] === SP || b[e - 1] === HT)) e--
  into.marks |= marksOfField(b, start, e, nameEnd, end)
  const ofProxy = forwardingField(b, start, e)
  if (ofProxy >= 0) into.forwarding = takeForwarding(into.forwarding, ofProxy, value(b, nameEnd + 1, end, texts))
  switch (e - start) {
    case 3:
      if (named(b, start, e, 'via')) into.via = joined(into.via, value(b, nameEnd + 1, end, texts))
      break
    case 4:
      if (named(b, start, e, 'host')) into.host ??= value(b, nameEnd + 1, end, texts)
      break
    case 6:
      if (named(b, start, e, 'server')) into.server ??= value(b, nameEnd + 1, end, texts)
      else if (named(b, start, e, 'cookie')) into.authentication |= CREDENTIALS
      else if (named(b, start, e, 'expect')) into.expectsContinue ||= /\b100-continue\b/i.test(value(b, nameEnd + 1, end, texts))
      break
    case 7:
      if (named(b, start, e, 'upgrade')) into.upgrade ??= value(b, nameEnd + 1, end, texts)
      break
    case 9:
      if (named(b, start, e, 'forwarded')) into.forwarded = true
      break
    case 10:
      if (named(b, start, e, 'connection')) into.connection = joined(into.connection, value(b, nameEnd + 1, end, texts))
      else if (named(b, start, e, 'keep-alive')) into.keepAlive = joined(into.keepAlive, value(b, nameEnd + 1, end, texts))
      else if (named(b, start, e, 'user-agent')) into.userAgent ??= value(b, nameEnd + 1, end, texts)
      break
    case 13:
      if (named(b, start, e, 'authorization')) into.authentication |= CREDENTIALS
      break
    case 14:
      if (named(b, start, e, 'content-length')) contentLength(b, nameEnd + 1, end, into)
      break
    case 15:
      if (named(b, start, e, 'x-forwarded-for')) into.forwarded = true
      break
    case 16:
      if (named(b, start, e, 'proxy-connection'))
        into.proxyConnection = joined(into.proxyConnection, value(b, nameEnd + 1, end, texts))
      else if (named(b, start, e, 'www-authenticate')) into.authentication |= challengesIn(b, nameEnd + 1, end)
      break
    case 17:
      if (named(b, start, e, 'transfer-encoding')) transferEncoding(value(b, nameEnd + 1, end, texts).toLowerCase(), into)
      break
    case 18:
      if (named(b, start, e, 'proxy-authenticate')) into.authentication |= challengesIn(b, nameEnd + 1, end)
      break
    case 19:
      if (named(b, start, e, 'proxy-authorization')) into.authentication |= CREDENTIALS
      break
  }
}

/** "identity" meant no coding at all (RFC 2616 §3.6); it is gone since RFC 7230, but servers still send it beside a length. */
function transferEncoding(coding: string, into: Fields): void {
  if (coding !== 'identity') into.transferEncoding = joined(into.transferEncoding, coding)
}

const MOST_DIGITS = 15

/** Digits only (RFC 9110 §8.6), read in place; a list of the same number counts as that number, and a plus sign, which most programs take, is passed over. */
function contentLength(b: Uint8Array, start: number, end: number, into: Fields): void {
  let length = 0
  let digits = 0
  let sound = true
  for (let p = start; p <= end; p++) {
    const c = p < end ? b[p]! : COMMA
    if (c >= 0x30 && c <= 0x39) {
      length = length * 10 + c - 0x30
      digits++
    } else if (c === COMMA) {
      if (sound && digits > 0 && digits <= MOST_DIGITS) {
        if (into.contentLength >= 0 && into.contentLength !== length) into.conflictingLength = true
        else into.contentLength = length
      }
      length = digits = 0
      sound = true
    } else if (c !== SP && c !== HT && c !== CR && c !== LF && (c !== PLUS || digits > 0)) sound = false
  }
}

const LONGEST_CONNECTION = 200
/** The few texts a Connection field has in practice, understood once. */
const understood = new Map<string, { keepAlive: boolean; close: boolean }>()

function connectionOptions(text: string): { keepAlive: boolean; close: boolean } {
  const known = understood.get(text)
  if (known !== undefined) return known
  const options = text.split(',').map((option) => option.trim().toLowerCase())
  const result = { keepAlive: options.includes('keep-alive'), close: options.includes('close') }
  if (understood.size < 256) understood.set(text, result)
  return result
}

/** May the connection stay open after this message? RFC 9112 §9.3: "close" wins, then 1.1 or later says yes, 1.0 only with "keep-alive". */
export function persistenceOf(version: string, connection: string | null): Persistence {
  const options = connection === null ? { keepAlive: false, close: false } : connectionOptions(connection)
  const keepsAlive =
    !options.close && (version === 'HTTP/1.1' || /^HTTP\/1\.[2-9]/.test(version) || (version !== 'HTTP/0.9' && options.keepAlive))
  return { connection: connection === null ? null : connection.slice(0, LONGEST_CONNECTION), keepsAlive }
}

/** "timeout=5, max=100" → its numbers (RFC 2068 §19.7.1.1; the field was never standardised again but is widely sent). */
export function keepAliveOf(text: string | null): { timeout: number | null; max: number | null } | null {
  if (text === null) return null
  const number = (name: string): number | null => {
    const found = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*"?(\\d{1,9})`, 'i').exec(text)
    return found === null ? null : Number(found[1])
  }
  return { timeout: number('timeout'), max: number('max') }
}
