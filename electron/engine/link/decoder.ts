import type { Diagnostics } from '../capture/diagnostics'
import type { Packet } from '../capture/packet'
import { Fragments } from '../ip/fragments'
import { ip, ipProtocol, ipv4, ipv6 } from '../ip/ip'
import { gre } from '../ip/tunnels'
import { udp } from '../ip/udp-tunnels'
import { ethernet, etherType, llc, mpls, ppp, pppoe } from './ethernet'
import { Frame, Layer } from './frame'
import { PathTable } from './paths'
import { startOf } from './start'
import { nextMsdu, radiotap, wifi } from './wireless'

/** Tunnels within tunnels: real traffic has a handful of layers; a crafted packet could nest hundreds. */
const DEEPEST = 24
/** An aggregate is at most 11,454 octets long (IEEE 802.11-2020 §9.2.4.8), a packet in it a few dozen at least. */
const MOST_AGGREGATED = 256

export interface SegmentHandler {
  /** A TCP segment: the frame stands at its header. */
  segment(frame: Frame, paths: PathTable): void
}

export interface DatagramHandler {
  /** A UDP payload that may be QUIC: the frame stands behind the UDP header. */
  datagram(frame: Frame, paths: PathTable): void
}

/** Takes a packet through its layers to the TCP segment or UDP datagram inside, if there is one. */
export class PacketDecoder {
  private readonly frame = new Frame()
  private readonly paths = new PathTable()
  private readonly fragments: Fragments

  constructor(
    private readonly handler: SegmentHandler,
    private readonly datagrams: DatagramHandler,
    private readonly diagnostics: Diagnostics,
  ) {
    this.fragments = new Fragments(diagnostics)
  }

  decode(packet: Packet): void {
    const f = this.frame
    f.buf = packet.buf
    f.pos = packet.start
    f.end = packet.end
    f.wireEnd = packet.start + packet.wireLength
    if (packet.fcsLength > 0 && f.wireEnd - f.pos > packet.fcsLength) {
      f.wireEnd -= packet.fcsLength
      if (f.end > f.wireEnd) f.end = f.wireEnd
    }
    f.path = 0
    f.padded = f.swapped = false
    f.following = 0
    f.at = packet.at
    f.number = packet.number
    const first = startOf(packet.linkType, f)
    if (first === null) {
      this.diagnostics.note(
        'warning',
        'unknown-link-type',
        `Packets of link type ${packet.linkType} cannot be read.`,
        packet.number,
      )
      return
    }
    this.walk(first, f)
    // An aggregate of 802.11 holds several packets.
    for (let more = 0; f.following > 0 && more < MOST_AGGREGATED; more++) this.walk(nextMsdu(f), f)
  }

  private walk(first: Layer, f: Frame): void {
    let layer = first
    for (let depth = 0; layer !== Layer.done && depth < DEEPEST; depth++) {
      if (layer === Layer.tcp) {
        this.handler.segment(f, this.paths)
        return
      }
      if (layer === Layer.datagram) {
        this.datagrams.datagram(f, this.paths)
        return
      }
      layer = this.step(layer, f)
    }
  }

  private step(layer: Layer, f: Frame): Layer {
    switch (layer) {
      case Layer.ethernet:
        return ethernet(f)
      case Layer.etherType:
        return etherType(f, this.paths)
      case Layer.ipv4:
        return ipv4(f, this.fragments)
      case Layer.ipv6:
        return ipv6(f, this.fragments)
      case Layer.ipProtocol:
        return ipProtocol(f)
      case Layer.udp:
        return udp(f, this.paths)
      case Layer.gre:
        return gre(f, this.paths)
      case Layer.mpls:
        return mpls(f, this.paths)
      case Layer.pppoe:
        return pppoe(f, this.paths)
      case Layer.ppp:
        return ppp(f)
      case Layer.llc:
        return llc(f)
      case Layer.wifi:
        return wifi(f)
      case Layer.radiotap:
        return radiotap(f)
      case Layer.ip:
        return ip(f)
      default:
        return Layer.done
    }
  }
}
