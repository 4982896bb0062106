/** One captured packet. A reader fills the same object again and again: whoever keeps something of it copies it. */
export class Packet {
  buf: Uint8Array = new Uint8Array(0)
  /** The captured bytes are buf[start, end). */
  start = 0
  end = 0
  /** Bytes on the wire; more than captured when the snapshot length cut the packet. */
  wireLength = 0
  /** LINKTYPE value (the tcpdump group's registry). */
  linkType = 0
  /** Frame check sequence octets at the end of every packet, where the capture says so. */
  fcsLength = 0
  /** Nanoseconds from the time base. NaN at first: a field that begins as a double stays one, and nothing compiled for it is thrown away. */
  at = NaN
  /** From 1. */
  number = 0
}
