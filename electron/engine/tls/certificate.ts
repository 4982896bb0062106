/** The names in a server's certificate (RFC 5280): its subject's common name and its DNS names, found without judging the rest. */
import { latin1 } from '../bytes/text'

const TAG = { sequence: 0x30, set: 0x31, oid: 0x06, octets: 0x04, version: 0xa0, extensions: 0xa3, dnsName: 0x82 } as const
/** 2.5.4.3 and 2.5.29.17. */
const COMMON_NAME = '550403'
const SUBJECT_ALT_NAME = '551d11'
const MOST_NAMES = 100
const LONGEST_NAME = 255

interface Element {
  readonly tag: number
  readonly start: number
  readonly end: number
}

/** The names of the first certificate in a Certificate message before TLS 1.3 (RFC 5246 §7.4.2), each once. */
export function certificateNames(buf: Uint8Array, start: number, end: number): string[] {
  const first = start + 6
  const length = ((buf[start + 3] ?? 0) << 16) | ((buf[start + 4] ?? 0) << 8) | (buf[start + 5] ?? 0)
  if (first >= end || length === 0) return []
  const names = new Set<string>()
  const [certificate] = elements(buf, first, Math.min(end, first + length))
  const [tbs] = certificate === undefined ? [] : elements(buf, certificate.start, certificate.end)
  if (tbs === undefined) return []
  const fields = elements(buf, tbs.start, tbs.end)
  if (fields[0]?.tag === TAG.version) fields.shift()
  // serialNumber, signature, issuer, validity, subject
  const subject = fields[4]
  if (subject?.tag === TAG.sequence) commonNames(buf, subject, names)
  for (const extensions of fields.filter(({ tag }) => tag === TAG.extensions)) alternativeNames(buf, extensions, names)
  return [...names]
}

function commonNames(buf: Uint8Array, subject: Element, into: Set<string>): void {
  for (const set of elements(buf, subject.start, subject.end)) {
    for (const attribute of elements(buf, set.start, set.end)) {
      const [type, value] = elements(buf, attribute.start, attribute.end)
      if (value !== undefined && isOid(buf, type, COMMON_NAME)) add(buf, value, into)
    }
  }
}

function alternativeNames(buf: Uint8Array, wrapper: Element, into: Set<string>): void {
  for (const list of elements(buf, wrapper.start, wrapper.end)) {
    for (const extension of elements(buf, list.start, list.end)) {
      const parts = elements(buf, extension.start, extension.end)
      const value = parts[parts.length - 1]
      if (value?.tag !== TAG.octets || !isOid(buf, parts[0], SUBJECT_ALT_NAME)) continue
      for (const names of elements(buf, value.start, value.end)) {
        for (const name of elements(buf, names.start, names.end)) if (name.tag === TAG.dnsName) add(buf, name, into)
      }
    }
  }
}

function add(buf: Uint8Array, { start, end }: Element, into: Set<string>): void {
  if (into.size >= MOST_NAMES || end === start || end - start > LONGEST_NAME) return
  // No name holds a control character: that is somebody's attempt at whatever shows it.
  for (let p = start; p < end; p++) if (buf[p]! < 0x20) return
  into.add(latin1(buf, start, end))
}

const isOid = (buf: Uint8Array, element: Element | undefined, hex: string): boolean =>
  element?.tag === TAG.oid && Buffer.from(buf.subarray(element.start, element.end)).toString('hex') === hex

const MOST_ELEMENTS = 1000

/** The elements of DER that lie side by side in buf[start, end), as far as they can be read. */
function elements(buf: Uint8Array, start: number, end: number): Element[] {
  const found: Element[] = []
  let p = start
  while (p + 2 <= end && found.length < MOST_ELEMENTS) {
    const tag = buf[p]!
    let length = buf[p + 1]!
    p += 2
    if (length > 0x80) {
      const octets = length & 0x7f
      if (octets > 3 || p + octets > end) break
      length = 0
      for (let i = 0; i < octets; i++) length = length * 256 + buf[p++]!
    } else if (length === 0x80) break
    const stop = Math.min(end, p + length)
    found.push({ tag, start: p, end: stop })
    p = stop
  }
  return found
}
