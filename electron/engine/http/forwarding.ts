/**
 * What proxies on the way wrote into a message: which of their fields it carries, for whom they sent it on, and what identifies
 * this one request on every leg of its way. Sources: RFC 7239 (Forwarded), RFC 8586 (CDN-Loop), RFC 9111 §5.1 (Age), W3C Trace
 * Context (traceparent), and the manuals of Cloudflare, Amazon CloudFront and ELB, Akamai, Fastly, Azure Front Door, Imperva,
 * Google Cloud and Varnish.
 */
import type { Forwarding } from '../../../shared/model/facts'

/** 'mark': its presence says something; 'address': whom the request came from; 'id': what identifies the request. */
type Meaning = 'mark' | 'address' | 'id'

const FIELDS: readonly (readonly [name: string, meaning: Meaning])[] = [
  ['forwarded', 'address'],
  ['x-forwarded-for', 'address'],
  ['x-real-ip', 'address'],
  ['cf-connecting-ip', 'address'],
  ['true-client-ip', 'address'],
  ['fastly-client-ip', 'address'],
  ['incap-client-ip', 'address'],
  ['x-envoy-external-address', 'address'],
  ['x-forwarded-host', 'mark'],
  ['x-forwarded-proto', 'mark'],
  ['cdn-loop', 'mark'],
  ['x-amz-cf-pop', 'mark'],
  ['akamai-origin-hop', 'mark'],
  ['fastly-ff', 'mark'],
  ['x-varnish', 'mark'],
  ['x-azure-fdid', 'mark'],
  ['x-iinfo', 'mark'],
  ['x-served-by', 'mark'],
  ['x-cache', 'mark'],
  ['age', 'mark'],
  ['cf-ray', 'id'],
  ['x-amz-cf-id', 'id'],
  ['x-amzn-trace-id', 'id'],
  ['x-akamai-request-id', 'id'],
  ['x-azure-ref', 'id'],
  ['x-arr-log-id', 'id'],
  ['x-request-id', 'id'],
  ['x-correlation-id', 'id'],
  ['traceparent', 'id'],
  ['x-b3-traceid', 'id'],
  ['x-cloud-trace-context', 'id'],
]
const NUMBERS: ReadonlyMap<string, number> = new Map(FIELDS.map(([name], i) => [name, i]))

const bitsOf = (names: readonly string[]): number => names.reduce((bits, name) => bits | (1 << NUMBERS.get(name)!), 0)

/** Sent by proxies only. Trace and request identifiers are not among them: programs write these, too. */
const ONLY_PROXIES_SEND = bitsOf([
  'forwarded',
  'x-forwarded-for',
  'x-real-ip',
  'cf-connecting-ip',
  'true-client-ip',
  'fastly-client-ip',
  'incap-client-ip',
  'x-envoy-external-address',
  'x-forwarded-host',
  'x-forwarded-proto',
  'cdn-loop',
  'akamai-origin-hop',
  'fastly-ff',
  'x-varnish',
  'x-azure-fdid',
  'cf-ray',
  'x-amz-cf-id',
  'x-azure-ref',
  'x-arr-log-id',
  'x-akamai-request-id',
])
const ONLY_PROXIES_ANSWER = bitsOf([
  'cf-ray',
  'x-amz-cf-id',
  'x-amz-cf-pop',
  'x-served-by',
  'x-cache',
  'x-varnish',
  'x-azure-ref',
  'x-iinfo',
  'x-akamai-request-id',
  'age',
])

/** Characters of a list of addresses, and of one identifier; identifiers kept of one message. */
const LONGEST_LIST = 200
const LONGEST_ID = 80
const MOST_IDS = 4

/** One bit for each length and first letter that a field of the list has: nearly every other field is sorted out by one look. */
const SHAPES = new Uint8Array(32 * 32)
const shapeOf = (length: number, first: number): number => (length < 32 ? length * 32 + (first & 0x1f) : 0)
const BY_SHAPE: number[][] = []
for (const [i, [name]] of FIELDS.entries()) {
  const shape = shapeOf(name.length, name.charCodeAt(0))
  SHAPES[shape] = 1
  ;(BY_SHAPE[shape] ??= []).push(i)
}

/** The field's number if it is one of the list, else −1. Names are compared without regard to case. */
export function forwardingField(b: Uint8Array, start: number, end: number): number {
  const shape = shapeOf(end - start, b[start] ?? 0)
  if (SHAPES[shape] === 0) return -1
  for (const i of BY_SHAPE[shape]!) if (isNamed(b, start, FIELDS[i]![0])) return i
  return -1
}

/** The same for a name that is a text in lower case. */
export const forwardingFieldNamed = (name: string): number => NUMBERS.get(name) ?? -1

function isNamed(b: Uint8Array, start: number, name: string): boolean {
  for (let i = 1; i < name.length; i++) if ((b[start + i]! | 0x20) !== (name.charCodeAt(i) | 0x20)) return false
  return true
}

/** What has been found in one message. */
export interface Found {
  /** A bit for each field. */
  fields: number
  addresses: string | null
  ids: string | null
  idCount: number
}

/** Takes in one more field; `found` is null for a message's first. */
export function takeForwarding(found: Found | null, field: number, value: string): Found {
  const into = found ?? { fields: 0, addresses: null, ids: null, idCount: 0 }
  into.fields |= 1 << field
  const [name, meaning] = FIELDS[field]!
  if (meaning === 'address') takeAddresses(into, name, value)
  else if (meaning === 'id') takeId(into, name, value)
  return into
}

function takeAddresses(into: Found, name: string, value: string): void {
  const text = name === 'forwarded' ? forwardedFor(value) : value
  // The lists tell every hop; the single addresses only whom the first one saw.
  const isList = name === 'forwarded' || name === 'x-forwarded-for'
  if (text !== '' && (into.addresses === null || isList)) {
    into.addresses = (into.addresses === null || !isList ? text : `${into.addresses}, ${text}`).slice(0, LONGEST_LIST)
  }
}

/** `for=192.0.2.43, for="[2001:db8::17]:4711"` → "192.0.2.43, [2001:db8::17]:4711" (RFC 7239 §4, §5.2). */
function forwardedFor(value: string): string {
  const found: string[] = []
  for (const match of value.slice(0, 2000).matchAll(/(?:^|[;,\s])for\s*=\s*("[^"]{0,100}"|[^;,\s]{1,100})/gi)) {
    found.push((match[1] ?? '').replace(/^"|"$/g, ''))
    if (found.length >= 20) break
  }
  return found.join(', ')
}

function takeId(into: Found, name: string, value: string): void {
  const id = identifier(name, value)
  if (id === '' || into.idCount >= MOST_IDS) return
  into.idCount++
  into.ids = into.ids === null ? id : `${into.ids} ${id}`
}

/** The part that every leg shares: a trace's parent changes from hop to hop, its trace does not (Trace Context §3.2.2). */
function identifier(name: string, value: string): string {
  if (name === 'traceparent') return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(value)?.[1] ?? ''
  if (name === 'x-amzn-trace-id') return /Root=([\w-]{1,80})/.exec(value)?.[1] ?? ''
  // One word each: what separates identifiers is in none of them. Under four characters nothing is identified.
  const word = /^[^\s,;/]{4,}/.exec(value.trim())?.[0] ?? ''
  return word.slice(0, LONGEST_ID)
}

/** Names by their bits: messages share a handful of combinations. */
const combinations = new Map<number, string>()
function namesOf(fields: number): string {
  const known = combinations.get(fields)
  if (known !== undefined) return known
  const text = FIELDS.filter((_, i) => (fields & (1 << i)) !== 0)
    .map(([name]) => name)
    .join(' ')
  if (combinations.size < 4096) combinations.set(fields, text)
  return text
}

/** An exchange's; null where neither message carries any of the fields. */
export function forwardingOf(request: Found | null, response: Found | null): Forwarding | null {
  if (request === null && response === null) return null
  const ids = [request?.ids ?? null, response?.ids ?? null].filter((text) => text !== null)
  return {
    requestFields: request === null ? null : namesOf(request.fields),
    responseFields: response === null ? null : namesOf(response.fields),
    sentByProxy: ((request?.fields ?? 0) & ONLY_PROXIES_SEND) !== 0,
    answeredByProxy: ((response?.fields ?? 0) & ONLY_PROXIES_ANSWER) !== 0,
    forwardedFor: request?.addresses ?? null,
    ids: ids.length === 0 ? null : [...new Set(ids.join(' ').split(' '))].join(' '),
  }
}
