/** Captures as they are without their keys, and what an oracle that had them can still say of such. */
import { u32be, u32le } from '../bytes/read'

/** Decryption Secrets Block and Section Header Block (draft-ietf-opsawg-pcapng §4.7, §4.1). */
const SECRETS = 10
const SECTION = 0x0a0d0d0a
const BIG_ENDIAN = 0x1a2b3c4d

/** A pcapng without its decryption secrets; any other file as it is. */
export function withoutSecrets(file: Uint8Array): Uint8Array {
  if (file.length < 12 || u32be(file, 0) !== SECTION) return file
  const kept: Uint8Array[] = []
  let read = u32le
  for (let p = 0; p + 12 <= file.length;) {
    if (u32be(file, p) === SECTION) read = u32be(file, p + 8) === BIG_ENDIAN ? u32be : u32le
    const length = read(file, p + 4)
    if (length < 12) break
    if (read(file, p) !== SECRETS) kept.push(file.subarray(p, p + length))
    p += length
  }
  return Buffer.concat(kept)
}

interface OracleStream {
  readonly tls?: { readonly version: string | null; readonly alpn_selected: string | null } | null
  readonly http1?: unknown
  readonly http2?: unknown
}

interface Oracle {
  readonly streams: readonly OracleStream[]
}

/** Without keys nobody sees what TLS carries, nor the protocol that TLS 1.3 agreed on. */
export function blinded(oracle: Oracle): Oracle {
  const streams = oracle.streams.map((stream) => {
    if (!stream.tls) return stream
    const alpn_selected = stream.tls.version === 'TLS 1.2' ? stream.tls.alpn_selected : null
    return { ...stream, tls: { ...stream.tls, alpn_selected }, http1: null, http2: null }
  })
  return { ...oracle, streams }
}
