/** The header fields that say something about connections. Names are case-insensitive (RFC 9110 §5.1). */
import { authenticationOfText } from '../http/authentication'
import { marksOfText, wordsOfMarks } from '../http/product-marks'
import { forwardingFieldNamed, takeForwarding } from '../http/forwarding'
import type { Found } from '../http/forwarding'
import type { Json } from './json/document'

const WANTED: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'user-agent',
  'server',
  'via',
  'host',
  ':authority',
  'x-forwarded-for',
  'forwarded',
])
/** A value is folded to one line and cut here. */
const VALUE_CHARACTERS = 200

export type Headers = ReadonlyMap<string, string>

/** Repeated fields are joined by a comma (RFC 9110 §5.2). */
export function readHeaders(value: Json): Headers {
  const headers = new Map<string, string>()
  if (!Array.isArray(value)) return headers
  for (const item of value as readonly Json[]) {
    if (item === null || typeof item !== 'object' || Array.isArray(item)) continue
    const { name, value: text } = item as { readonly name?: Json; readonly value?: Json }
    if (typeof name !== 'string' || typeof text !== 'string') continue
    const key = name.trim().toLowerCase()
    if (!WANTED.has(key) && forwardingFieldNamed(key) < 0) continue
    const before = headers.get(key)
    headers.set(key, fold(before === undefined ? text : `${before}, ${text}`))
  }
  return headers
}

/** Which fields name a product that sent the message. */
export const readMarks = (value: Json): string | null => wordsOfMarks(bitsOf(value, marksOfText))

/** What the fields say of credentials, as bits; exporters may leave such fields out. */
export const readAuthentication = (value: Json): number => bitsOf(value, authenticationOfText)

function bitsOf(value: Json, of: (name: string, value: string) => number): number {
  if (!Array.isArray(value)) return 0
  let bits = 0
  for (const item of value as readonly Json[]) {
    if (item === null || typeof item !== 'object' || Array.isArray(item)) continue
    const { name, value: text } = item as { readonly name?: Json; readonly value?: Json }
    if (typeof name === 'string' && typeof text === 'string') bits |= of(name.trim().toLowerCase(), text.trimStart())
  }
  return bits
}

/** What proxies wrote. */
export function forwardingIn(headers: Headers): Found | null {
  let found: Found | null = null
  for (const [name, value] of headers) {
    const field = forwardingFieldNamed(name)
    if (field >= 0) found = takeForwarding(found, field, value)
  }
  return found
}

const fold = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, VALUE_CHARACTERS)

/** Is an option in a comma-separated list such as Connection's (RFC 9110 §7.6.1)? */
export const hasOption = (field: string | null, option: string): boolean =>
  field?.split(',').some((part) => part.trim().toLowerCase() === option) ?? false

/** The Keep-Alive field's parameters, timeout in seconds (RFC 2068 §19.7.1.1); null without the field. */
export function keepAliveParameters(field: string | null): { timeout: number | null; max: number | null } | null {
  if (field === null) return null
  const parameter = (name: string): number | null => {
    const found = new RegExp(`(?:^|[,;\\s])${name}\\s*=\\s*"?(\\d{1,9})`, 'i').exec(field)
    return found === null ? null : Number(found[1])
  }
  return { timeout: parameter('timeout'), max: parameter('max') }
}
