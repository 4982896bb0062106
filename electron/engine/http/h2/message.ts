/** A request's or response's header section, as far as it is about connections. */
import { authenticationOfText } from '../authentication'
import { forwardingFieldNamed, takeForwarding } from '../forwarding'
import type { Found } from '../forwarding'
import type { HpackDecoder } from '../hpack/decoder'
import { marksOfText } from '../product-marks'

/** Null where the field was not sent, or is not known because the capture lacks what it refers to. */
export interface Message {
  method: string | null
  scheme: string | null
  authority: string | null
  path: string | null
  /** Extended CONNECT's :protocol (RFC 8441 §4). */
  protocol: string | null
  status: number | null
  host: string | null
  userAgent: string | null
  server: string | null
  via: string | null
  forwarded: boolean
  /** Product marks, as bits (product-marks.ts). */
  marks: number
  /** What it says of credentials, as bits (authentication.ts). */
  authentication: number
  forwarding: Found | null
  /** How many fields there are, and how many of them are not known, by name or by value. */
  fields: number
  unknown: number
}

/** As for HTTP/1: longer texts are cut. */
const LONGEST_TEXT = 2000
const LONGEST_TARGET = 8192
/** Octets of a header list, each field with 32 more (RFC 9113 §6.5.2); a few octets can refer to long fields over and over. */
const MOST_LIST = 1 << 20

export const emptyMessage = (): Message => ({
  method: null,
  scheme: null,
  authority: null,
  path: null,
  protocol: null,
  status: null,
  host: null,
  userAgent: null,
  server: null,
  via: null,
  forwarded: false,
  marks: 0,
  authentication: 0,
  forwarding: null,
  fields: 0,
  unknown: 0,
})

export interface Decoded {
  readonly message: Message
  /** The block followed RFC 7541. */
  readonly sound: boolean
  /** The header list is longer than anything real: what lies behind its first MiB was not taken. */
  readonly tooLong: boolean
}

/** Decodes a whole header block, b[start, end). */
export function decodeMessage(decoder: Pick<HpackDecoder, 'decode'>, b: Uint8Array, start: number, end: number): Decoded {
  const message = emptyMessage()
  let octets = 0
  const sound = decoder.decode(b, start, end, (name, value) => {
    octets += (name?.length ?? 0) + (value?.length ?? 0) + 32
    message.fields++
    if (name === null || value === null) message.unknown++
    if (name !== null && value !== null && octets <= MOST_LIST) take(message, name, value)
  })
  return { message, sound, tooLong: octets > MOST_LIST }
}

const cut = (text: string): string => (text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text)

/** Names are in lower case (RFC 9113 §8.2.1). Of a pseudo-field sent twice the first counts. */
function take(message: Message, name: string, value: string): void {
  const ofProxy = forwardingFieldNamed(name)
  if (ofProxy >= 0) message.forwarding = takeForwarding(message.forwarding, ofProxy, cut(value))
  switch (name) {
    case ':method':
      message.method ??= cut(value)
      break
    case ':scheme':
      message.scheme ??= cut(value)
      break
    case ':authority':
      message.authority ??= cut(value)
      break
    case ':path':
      message.path ??= value.slice(0, LONGEST_TARGET)
      break
    case ':protocol':
      message.protocol ??= cut(value)
      break
    case ':status':
      if (/^[1-9]\d\d$/.test(value)) message.status ??= Number(value)
      break
    case 'host':
      message.host ??= cut(value)
      break
    case 'user-agent':
      message.userAgent ??= cut(value)
      break
    case 'server':
      message.server ??= cut(value)
      break
    case 'via':
      if (message.via === null) message.via = cut(value)
      else if (message.via.length < LONGEST_TEXT) message.via = cut(`${message.via}, ${value}`)
      break
    case 'forwarded':
    case 'x-forwarded-for':
      message.forwarded = true
      break
    default:
      message.marks |= marksOfText(name, value)
      message.authentication |= authenticationOfText(name, value)
  }
}
