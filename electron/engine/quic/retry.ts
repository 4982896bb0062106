import { opener } from '../tls/aead'
import type { LongHeader } from './header'

const TAG = 16

/**
 * Does a Retry packet answer the Initial with this Destination Connection ID (RFC 9001 §5.8)? Its integrity tag says so;
 * the drafts before 25 have none, and a packet cut by the snapshot length cannot be checked: these are believed.
 */
export function isRetryFor(original: Uint8Array, header: LongHeader, buf: Uint8Array, end: number): boolean {
  const { retry } = header.version
  if (retry === null || end < header.end) return true
  if (end - header.body < TAG) return false
  const packet = buf.subarray(header.start, end - TAG)
  const pseudo = new Uint8Array(1 + original.length + packet.length)
  pseudo[0] = original.length
  pseudo.set(original, 1)
  pseudo.set(packet, 1 + original.length)
  return opener('aes-128-gcm', retry.key)(retry.nonce, pseudo, buf, end - TAG, end) !== null
}
