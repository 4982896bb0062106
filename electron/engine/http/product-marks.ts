/**
 * Header fields that name the product which sent a message, beyond Server, Via and User-Agent: "cf-ray", "x-varnish". Only that they were
 * there is kept, as a set of bits while a header is read and as words in the facts.
 */

interface Mark {
  readonly name: string
  /** What the value begins with, in lower case; "" for any. */
  readonly value: string
  /** The word in the facts: the field's name, and the value's beginning where it matters. */
  readonly word: string
}

const mark = (name: string, value = ''): Mark => ({ name, value, word: value === '' ? name : `${name}:${value}` })

/** At most 31, one bit each. */
const MARKS: readonly Mark[] = [
  mark('cf-ray'),
  mark('cf-connecting-ip'),
  mark('x-amz-cf-id'),
  mark('x-amzn-trace-id'),
  mark('set-cookie', 'awsalb'),
  mark('x-iinfo'),
  mark('x-cdn', 'imperva'),
  mark('incap-client-ip'),
  mark('x-fastly-request-id'),
  mark('fastly-ff'),
  mark('x-served-by', 'cache-'),
  mark('x-akamai-transformed'),
  mark('akamai-origin-hop'),
  mark('x-azure-ref'),
  mark('x-azure-fdid'),
  mark('x-appgw-trace-id'),
  mark('x-cloud-trace-context'),
  mark('x-envoy-upstream-service-time'),
  mark('x-envoy-expected-rq-timeout-ms'),
  mark('x-varnish'),
  mark('x-forwarded-server'),
  mark('x-litespeed-cache'),
  mark('x-powered-by', 'express'),
  mark('x-powered-by', 'php'),
  mark('x-powered-by', 'asp.net'),
  mark('x-powered-by', 'undertow'),
  mark('x-powered-by', 'next.js'),
  mark('x-runtime'),
  mark('set-cookie', 'jsessionid'),
  mark('x-real-ip'),
  // HAProxy does not send it by itself; Caddy, Traefik and Apache do.
  mark('x-forwarded-host'),
]

interface Numbered extends Mark {
  readonly bit: number
}

const numbered: readonly Numbered[] = MARKS.map((m, i) => ({ ...m, bit: 1 << i }))
const BY_LENGTH: readonly (readonly Numbered[] | undefined)[] = Array.from({ length: 33 }, (_, length) => {
  const found = numbered.filter(({ name }) => name.length === length)
  return found.length === 0 ? undefined : found
})

const SP = 0x20
const HT = 0x09

/** Do b[start, …) begin with a text given in lower case? Letters of both cases are equal. */
function begins(b: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start < text.length) return false
  for (let i = 0; i < text.length; i++) if ((b[start + i]! | 0x20) !== (text.charCodeAt(i) | 0x20)) return false
  return true
}

/** The bits of one field: its name is b[start, nameEnd), its value begins after b[colon]. 0 for nearly every field. */
export function marksOfField(b: Uint8Array, start: number, nameEnd: number, colon: number, end: number): number {
  const candidates = BY_LENGTH[nameEnd - start]
  if (candidates === undefined) return 0
  let bits = 0
  for (const { name, value, bit } of candidates) {
    if (!begins(b, start, nameEnd, name)) continue
    let v = colon + 1
    while (v < end && (b[v] === SP || b[v] === HT)) v++
    if (begins(b, v, end, value)) bits |= bit
  }
  return bits
}

/** The same for a field that was decoded already. @param name in lower case */
export function marksOfText(name: string, value: string): number {
  const candidates = BY_LENGTH[name.length]
  if (candidates === undefined) return 0
  let bits = 0
  for (const m of candidates) if (m.name === name && value.slice(0, 16).toLowerCase().startsWith(m.value)) bits |= m.bit
  return bits
}

const words = new Map<number, string>()

/** The words of a set of bits, in the order of the list, with a space between them; null for none. */
export function wordsOfMarks(bits: number): string | null {
  if (bits === 0) return null
  const known = words.get(bits)
  if (known !== undefined) return known
  const text = numbered
    .filter(({ bit }) => (bits & bit) !== 0)
    .map(({ word }) => word)
    .join(' ')
  // Real traffic has a handful of combinations.
  if (words.size < 1000) words.set(bits, text)
  return text
}
