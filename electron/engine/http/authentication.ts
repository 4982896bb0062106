/**
 * What a message's header says of credentials. Only which fields are there, and the name of the scheme a server asks for: never a value.
 */

/** The request carried a Cookie (RFC 6265), Authorization or Proxy-Authorization field (RFC 9110 §11). */
export const CREDENTIALS = 1
/** The response asked for NTLM (MS-NTHT), or for Negotiate (RFC 4559): both are bound to the connection. */
export const NTLM = 2
export const NEGOTIATE = 4

const SP = 0x20
const HT = 0x09
const CR = 0x0d
const LF = 0x0a
const COMMA = 0x2c

const SCHEMES = [
  { name: 'ntlm', bit: NTLM },
  { name: 'negotiate', bit: NEGOTIATE },
] as const

const isDelimiter = (c: number): boolean => c === SP || c === HT || c === COMMA || c === CR || c === LF

/** The schemes of a WWW-Authenticate or Proxy-Authenticate field's value, b[start, end): each begins the value or follows a comma. */
export function challengesIn(b: Uint8Array, start: number, end: number): number {
  let bits = 0
  for (let p = start; p < end;) {
    while (p < end && isDelimiter(b[p]!)) p++
    for (const { name, bit } of SCHEMES) if (isWord(b, p, end, name)) bits |= bit
    while (p < end && b[p] !== COMMA) p++
  }
  return bits
}

function isWord(b: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start < word.length) return false
  for (let i = 0; i < word.length; i++) if ((b[start + i]! | 0x20) !== word.charCodeAt(i)) return false
  return start + word.length === end || isDelimiter(b[start + word.length]!)
}

const encoder = new TextEncoder()

/** The same for a field that was decoded already. @param name in lower case */
export function authenticationOfText(name: string, value: string): number {
  switch (name) {
    case 'cookie':
    case 'authorization':
    case 'proxy-authorization':
      return CREDENTIALS
    case 'www-authenticate':
    case 'proxy-authenticate': {
      const octets = encoder.encode(value.slice(0, 2000))
      return challengesIn(octets, 0, octets.length)
    }
    default:
      return 0
  }
}

/** Did the request carry any? @param bits those of its fields */
export const hasCredentials = (bits: number): boolean => (bits & CREDENTIALS) !== 0

/** The scheme with which a response challenged its client, where it is one that is bound to the connection. @param bits those of its fields */
export function connectionAuthOf(status: number | null, bits: number): 'NTLM' | 'Negotiate' | null {
  if (bits === 0 || (status !== 401 && status !== 407)) return null
  return (bits & NTLM) !== 0 ? 'NTLM' : (bits & NEGOTIATE) !== 0 ? 'Negotiate' : null
}
