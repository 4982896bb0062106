/** The ClientHello of SSL 2.0, in which old clients asked for SSL 3.0 and TLS 1.0 too (RFC 6101 §E.1). */
import { Cursor } from './cursor'
import type { ClientHello } from './hello'

/** Null if it is none. */
export function ssl2ClientHello(buf: Uint8Array, start: number, end: number): ClientHello | null {
  const c = new Cursor(buf, start, end)
  if (c.u8() !== 1) return null
  c.skip(2)
  const specs = c.u16()
  const sessionLength = c.u16()
  const challengeLength = c.u16()
  c.skip(specs)
  const sessionId = c.bytes(sessionLength)
  const challenge = c.bytes(challengeLength)
  // The challenge is the random, filled up with zeros at its front.
  const random = new Uint8Array(32)
  random.set(challenge.subarray(0, 32), 32 - Math.min(32, challenge.length))
  return { random, sessionId, sni: null, alpn: [], earlyData: false, isOuter: false }
}
