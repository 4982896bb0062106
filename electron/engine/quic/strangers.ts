/**
 * Connections that began before the capture. Their packets have short headers, in which nothing but a bit is readable (RFC 9000 §17.3): that
 * they are there can be said where they come from and go to the port of HTTPS, and nothing else.
 */
import { u32be, u8 } from '../bytes/read'
import type { Shared } from '../http/layer'
import type { Frame } from '../link/frame'

const HTTPS = 443
/** A short header's first two bits (RFC 9000 §17.3.1). */
const SHORT = 0x40
/** First octet, packet number, a frame, tag: anything shorter is no packet. */
const SHORTEST = 21
/** Conversations remembered. */
const MOST = 10_000

const FROM_CLIENT = 1
const FROM_SERVER = 2
const TOLD = 4

export class Strangers {
  /** Which sides of a conversation spoke, by a number made of its endpoints: two that share one are counted once. */
  private readonly heard = new Map<number, number>()

  constructor(private readonly shared: Pick<Shared, 'diagnostics' | 'keys'>) {}

  /** A UDP payload of so many octets at f.pos that belongs to no known connection. */
  datagram(f: Frame, source: number, destination: number, length: number): void {
    if ((source === HTTPS) === (destination === HTTPS) || length < SHORTEST || (u8(f.buf, f.pos) & 0xc0) !== SHORT) return
    const key = endpoints(f, source, destination)
    const before = this.heard.get(key) ?? 0
    if ((before & TOLD) !== 0 || (before === 0 && this.heard.size >= MOST)) return
    const sides = before | (destination === HTTPS ? FROM_CLIENT : FROM_SERVER)
    const isTwoSided = sides === (FROM_CLIENT | FROM_SERVER)
    this.heard.set(key, isTwoSided ? TOLD : sides)
    if (!isTwoSided) return
    this.shared.keys.nameless = true
    this.shared.diagnostics.note(
      'info',
      'quic-mid-connection',
      'A conversation on UDP port 443 looks like a QUIC connection that began before the capture: without its first packets nothing can be said of it, not even with keys.',
      f.number,
    )
  }
}

/** The same in both directions. */
function endpoints({ buf, source, destination, addressLength }: Frame, sourcePort: number, destinationPort: number): number {
  let both = Math.imul(sourcePort + destinationPort, 0x9e3779b1)
  for (let i = 0; i < (addressLength === 4 ? 4 : 16); i += 4) {
    const [a, b] = [u32be(buf, source + i), u32be(buf, destination + i)]
    both = Math.imul(both ^ (a + b), 0x85ebca6b) ^ (a ^ b)
  }
  return both >>> 0
}
