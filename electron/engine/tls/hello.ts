/** ClientHello and ServerHello (RFC 8446 §4.1, RFC 5246 §7.4.1), whole or cut by the snapshot length. */
import { latin1 } from '../bytes/text'
import { Cursor } from './cursor'

export interface ClientHello {
  /** 32 octets; fewer when cut. */
  readonly random: Uint8Array
  readonly sessionId: Uint8Array
  readonly sni: string | null
  readonly alpn: readonly string[]
  /** Early data will follow at once (RFC 8446 §4.2.10). */
  readonly earlyData: boolean
  /** An outer ClientHello (RFC 9849 §5): its server name may stand for another. */
  readonly isOuter: boolean
}

export interface ServerHello {
  /** The version chosen, by the supported_versions extension where there is one. */
  readonly version: number
  readonly random: Uint8Array
  readonly sessionId: Uint8Array
  readonly cipherSuite: number
  readonly compression: number
  readonly isRetry: boolean
  readonly preSharedKey: boolean
  readonly alpn: string | null
  readonly encryptThenMac: boolean
  readonly extendedMasterSecret: boolean
}

const EXTENSION = {
  serverName: 0,
  alpn: 16,
  encryptThenMac: 22,
  extendedMasterSecret: 23,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  quicParameters: 57,
  quicParametersDraft: 0xffa5,
  encryptedClientHello: 0xfe0d,
} as const
/** SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3). */
const RETRY = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex')
/** ECHClientHelloType (RFC 9849 §5). */
const OUTER = 0
/** RFC 1035 §2.3.4: names are no longer. */
const LONGEST_NAME = 255
const MOST_PROTOCOLS = 32

export function parseClientHello(buf: Uint8Array, start: number, end: number): ClientHello {
  const c = new Cursor(buf, start, end)
  c.skip(2)
  const random = c.bytes(32)
  const sessionId = c.bytes(c.u8())
  c.skip(c.u16())
  c.skip(c.u8())
  let sni: string | null = null
  let alpn: readonly string[] = []
  let earlyData = false
  let isOuter = false
  for (const { type, body } of extensions(c)) {
    if (type === EXTENSION.serverName) sni ??= serverName(body)
    else if (type === EXTENSION.alpn) alpn = protocols(body)
    else if (type === EXTENSION.earlyData) earlyData = true
    else if (type === EXTENSION.encryptedClientHello) isOuter = body.u8() === OUTER
  }
  return { random, sessionId, sni, alpn, earlyData, isOuter }
}

export function parseServerHello(buf: Uint8Array, start: number, end: number): ServerHello {
  const c = new Cursor(buf, start, end)
  let version = Math.max(0, c.u16())
  const random = c.bytes(32)
  const sessionId = version === 0x0304 || isOldDraft(version) ? new Uint8Array(0) : c.bytes(c.u8())
  const cipherSuite = c.u16()
  const compression = isOldDraft(version) ? 0 : c.u8()
  let preSharedKey = false
  let encryptThenMac = false
  let extendedMasterSecret = false
  let alpn: string | null = null
  for (const { type, body } of extensions(c)) {
    if (type === EXTENSION.supportedVersions) {
      const chosen = body.u16()
      if (chosen > 0) version = chosen
    } else if (type === EXTENSION.preSharedKey) preSharedKey = true
    else if (type === EXTENSION.encryptThenMac) encryptThenMac = true
    else if (type === EXTENSION.extendedMasterSecret) extendedMasterSecret = true
    else if (type === EXTENSION.alpn) alpn = protocols(body)[0] ?? null
  }
  const isRetry = random.length === 32 && RETRY.equals(random)
  return {
    version,
    random,
    sessionId,
    cipherSuite,
    compression,
    isRetry,
    preSharedKey,
    alpn,
    encryptThenMac,
    extendedMasterSecret,
  }
}

/** EncryptedExtensions (RFC 8446 §4.3.1). */
export function parseEncryptedExtensions(
  buf: Uint8Array,
  start: number,
  end: number,
): { alpn: string | null; earlyData: boolean } {
  let alpn: string | null = null
  let earlyData = false
  for (const { type, body } of extensions(new Cursor(buf, start, end))) {
    if (type === EXTENSION.alpn) alpn = protocols(body)[0] ?? null
    else if (type === EXTENSION.earlyData) earlyData = true
  }
  return { alpn, earlyData }
}

/** The QUIC transport parameters in EncryptedExtensions (RFC 9001 §8.2), by the number of version 1 or of the drafts. */
export function quicParameters(buf: Uint8Array, start: number, end: number): Uint8Array | null {
  for (const { type, body } of extensions(new Cursor(buf, start, end)))
    if (type === EXTENSION.quicParameters || type === EXTENSION.quicParametersDraft) return body.bytes(body.left)
  return null
}

/** Drafts of TLS 1.3 before 22 put their version where TLS 1.2 has its own, and left out session id and compression. */
const isOldDraft = (version: number): boolean => version >> 8 === 0x7f

/** TLS 1.3 and its drafts, those of Google and Facebook too. */
export const isTls13 = (version: number): boolean =>
  version === 0x0304 || version >> 8 === 0x7f || version >> 8 === 0xfb || version >> 8 === 0x7e

const NAMES: Readonly<Record<number, string>> = {
  0x0002: 'SSL 2.0',
  0x0300: 'SSL 3.0',
  0x0301: 'TLS 1.0',
  0x0302: 'TLS 1.1',
  0x0303: 'TLS 1.2',
  0x0304: 'TLS 1.3',
}

/** "TLS 1.3"; a version without a name, such as a draft, as its number ("0x7f17"). */
export const versionName = (version: number): string => NAMES[version] ?? `0x${version.toString(16)}`

function* extensions(c: Cursor): Generator<{ type: number; body: Cursor }> {
  const all = c.part(c.u16())
  while (all.left >= 4) {
    const type = all.u16()
    yield { type, body: all.part(all.u16()) }
  }
}

/** The first host_name (RFC 6066 §3). */
function serverName(body: Cursor): string | null {
  const list = body.part(body.u16())
  while (list.left >= 3) {
    const type = list.u8()
    const length = list.u16()
    const name = list.part(length)
    if (type === 0)
      return length === 0 || length > LONGEST_NAME || name.left < length ? null : latin1(name.buf, name.pos, name.end)
  }
  return null
}

/** RFC 7301 §3.1. */
function protocols(body: Cursor): string[] {
  const list = body.part(body.u16())
  const names: string[] = []
  while (list.left > 0 && names.length < MOST_PROTOCOLS) {
    const name = list.part(list.u8())
    names.push(latin1(name.buf, name.pos, name.end))
  }
  return names
}
