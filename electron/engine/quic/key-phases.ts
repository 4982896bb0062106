import { updatedKeys } from './packet-keys'
import type { PacketKeys } from './packet-keys'
import { open, unmask } from './protection'
import type { Unmasked } from './protection'
import type { QuicVersion } from './version'

const KEY_PHASE = 0x04

/** The 1-RTT keys of one direction through key updates (RFC 9001 §6). */
export class KeyPhases {
  private bit = 0
  private previous: PacketKeys | null = null
  private next: PacketKeys | null = null

  constructor(
    private readonly version: QuicVersion,
    private current: PacketKeys,
  ) {}

  /** Opens a packet with a short header; null where none of the keys fits. */
  open(
    buf: Uint8Array,
    start: number,
    body: number,
    end: number,
    largest: number,
  ): { readonly payload: Uint8Array; readonly packetNumber: number } | null {
    const unmasked = unmask(this.current, buf, start, body, end, largest)
    if (unmasked === null) return null
    const payload =
      (unmasked.first & KEY_PHASE) === this.bit
        ? open(this.current, unmasked, buf, start, end)
        : this.other(unmasked, buf, start, end, largest)
    return payload === null ? null : { payload, packetNumber: unmasked.packetNumber }
  }

  /** The other phase: the one before, for a packet that comes late, or the next. */
  private other(unmasked: Unmasked, buf: Uint8Array, start: number, end: number, largest: number): Uint8Array | null {
    if (this.previous !== null && unmasked.packetNumber < largest) {
      const payload = open(this.previous, unmasked, buf, start, end)
      if (payload !== null) return payload
    }
    this.next ??= updatedKeys(this.version, this.current)
    const payload = open(this.next, unmasked, buf, start, end)
    if (payload === null) return null
    this.previous = this.current
    this.current = this.next
    this.next = null
    this.bit ^= KEY_PHASE
    return payload
  }
}
