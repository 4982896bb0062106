/** From an entry as it stands in the file to a {@link HarEntry}. Nothing in the file is believed to have the right type. */
import type { Persistence } from '../../../shared/model/facts'
import type { HarEntry, Timings } from './entry'
import { forwardingOf } from '../http/forwarding'
import { forwardingIn, hasOption, keepAliveParameters, readAuthentication, readHeaders, readMarks, type Headers } from './headers'
import type { Json } from './json/document'
import { durationOrNull, parseInstant } from './times'
import { parseTarget, type Target } from './url'
import { httpVersion, isMultiplexed, type HttpVersion } from './version'

type Members = Readonly<Record<string, Json>>

const members = (value: Json): Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Members) : {}
const text = (value: Json): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '')
const textOrNull = (value: Json): string | null => (text(value) === '' ? null : text(value))
const positive = (value: Json): number => (typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : 0)

/** Null if it is no entry at all (no request, no URL). */
export function parseEntry(value: Json, index: number): HarEntry | null {
  const entry = members(value)
  const request = members(entry.request)
  const response = members(entry.response)
  const url = text(request.url)
  if (url === '') return null
  const requestHeaders = readHeaders(request.headers)
  const responseHeaders = readHeaders(response.headers)
  const asSent = httpVersion(text(request.httpVersion))
  const answered = httpVersion(text(response.httpVersion))
  const target = withHost(parseTarget(url), requestHeaders)
  const status = statusOf(response.status)
  return {
    index,
    page: textOrNull(entry.pageref),
    started: parseInstant(text(entry.startedDateTime)),
    duration: durationOrNull(entry.time),
    timings: readTimings(members(entry.timings), target),
    method: text(request.method).slice(0, 32),
    target,
    status,
    request: {
      ...message(asSent === '' ? answered : asSent, requestHeaders),
      marks: readMarks(request.headers),
      authentication: readAuthentication(request.headers),
      bytes: positive(request.headersSize) + positive(request.bodySize),
      userAgent: requestHeaders.get('user-agent') ?? null,
      forwarded: requestHeaders.has('x-forwarded-for') || requestHeaders.has('forwarded'),
    },
    response: {
      ...message(answered === '' ? asSent : answered, responseHeaders),
      marks: readMarks(response.headers),
      authentication: readAuthentication(response.headers),
      bytes: positive(response._transferSize) || positive(response.headersSize) + positive(response.bodySize),
      server: responseHeaders.get('server') ?? null,
      advertised: keepAliveParameters(responseHeaders.get('keep-alive') ?? null),
      failed: textOrNull(response._error) !== null,
    },
    forwarding: forwardingOf(forwardingIn(requestHeaders), forwardingIn(responseHeaders)),
    serverIp: address(text(entry.serverIPAddress)),
    clientPort: port(entry._client_port),
    connectionId: connectionId(entry),
    reused: typeof entry._connectionReused === 'boolean' ? entry._connectionReused : null,
    tlsVersion: tlsVersion(text(members(entry._securityDetails).protocol)),
    fromCache: fromCache(entry, response),
    webSocket: text(entry._resourceType).toLowerCase() === 'websocket' || target.scheme === 'ws' || target.scheme === 'wss',
  }
}

function readTimings(timings: Members, target: Target): Timings {
  // Playwright writes a number here for plain http too.
  const ssl = target.scheme === 'http' ? null : durationOrNull(timings.ssl)
  return {
    blocked: durationOrNull(timings.blocked),
    dns: durationOrNull(timings.dns),
    connect: connectTime(durationOrNull(timings.connect), ssl),
    ssl,
    send: durationOrNull(timings.send),
    wait: durationOrNull(timings.wait),
    receive: durationOrNull(timings.receive),
  }
}

/** HAR 1.2 puts `ssl` inside `connect`; mitmproxy writes it beside, which shows where it is the longer. */
function connectTime(connect: number | null, ssl: number | null): number | null {
  return connect !== null && ssl !== null && ssl > connect ? connect + ssl : connect
}

function message(version: HttpVersion, headers: Headers): { version: HttpVersion; persistence: Persistence; via: string | null } {
  const connection = headers.get('connection') ?? headers.get('proxy-connection') ?? null
  return { version, persistence: { connection, keepsAlive: keepsAlive(version, connection) }, via: headers.get('via') ?? null }
}

/** RFC 9112 §9.3: close wins; HTTP/1.1 and later persist; HTTP/1.0 only when it says keep-alive. */
function keepsAlive(version: HttpVersion, connection: string | null): boolean {
  if (isMultiplexed(version)) return true
  if (hasOption(connection, 'close')) return false
  return version === 'HTTP/1.0' || version === 'HTTP/0.9' ? hasOption(connection, 'keep-alive') : true
}

/** A relative URL (HARs that were edited, WebPagetest on broken requests) takes its authority from Host. */
function withHost(target: Target, headers: Headers): Target {
  const host = headers.get('host') ?? headers.get(':authority')
  return target.scheme === null && host !== undefined ? { ...target, authority: host.toLowerCase() } : target
}

/** WebPagetest writes some numbers as text. */
function statusOf(value: Json): number {
  const status = Number(value ?? 0)
  return Number.isInteger(status) && status >= 100 && status <= 999 ? status : 0
}

/** Without brackets, and without the port that ProxyPin appended before 1.1.3. */
function address(ip: string): string {
  const text = ip.slice(0, 64)
  return /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(text)?.[1] ?? text
}

function port(value: Json): number {
  const number = Number(value ?? 0)
  return Number.isInteger(number) && number > 0 && number <= 65535 ? number : 0
}

/** HAR 1.2's `connection`, WebPagetest's `_socket`, and `_connectionId`; "0" and "-1" mean none. */
function connectionId(entry: Members): string | null {
  for (const name of ['connection', '_connectionId', '_socket']) {
    const id = text(entry[name]).slice(0, 200)
    if (id !== '' && id !== '0' && id !== '-1') return id
  }
  return null
}

const tlsVersion = (protocol: string): string | null =>
  /^TLS 1(\.[0-3])?$/.test(protocol) ? protocol.replace(/^TLS 1$/, 'TLS 1.0') : null

function fromCache(entry: Members, response: Members): boolean {
  const fetched = text(entry._fetchType).toLowerCase()
  return (
    textOrNull(entry._fromCache) !== null ||
    entry._servedFromCache === true ||
    response._fromDiskCache === true ||
    response._fetchedViaServiceWorker === true ||
    fetched.includes('cache') ||
    fetched === 'service worker'
  )
}
