/**
 * Transcripts: what two parties say to each other over TCP becomes a capture. Sequence and acknowledgment numbers count
 * by themselves; every one can be overruled, and packets can be lost, cut or sent again.
 */
import type { Collected } from './collect'
import { ethernet } from './links'
import type { Wrap } from './links'
import { octets } from './octets'
import { ip, tcp } from './packets'
import type { Address } from './packets'
import { pcap } from './pcap-file'
import { readBytes } from './read'

/** 2023-11-14T22:13:20Z. */
export const START = 1_700_000_000n * 1_000_000_000n

export interface WirePacket {
  /** Nanoseconds since 1970. */
  readonly at: bigint
  /** The captured octets. */
  readonly data: Uint8Array
  /** How many there were on the wire. */
  readonly wireLength: number
}

export interface How {
  /** Milliseconds after the packet before; 1 unless told. */
  readonly after?: number
  readonly seq?: number
  readonly ack?: number
  readonly flags?: string
  readonly options?: Uint8Array
  readonly window?: number
  /** Sent, but not in the capture. */
  readonly lost?: boolean
  /** The snapshot length kept only so many octets of the payload. */
  readonly keep?: number
  /** Link layers and tunnels of this packet alone. */
  readonly link?: Wrap
}

/** A capture in the making. */
export class Wire {
  readonly packets: WirePacket[] = []
  now = START
  /** The identification of the IPv4 packet sent last: no two are alike, so that none is taken for a copy of another. */
  id = 0

  constructor(
    readonly link: Wrap = ethernet,
    readonly linkType = 1,
  ) {}

  /** Time passes. */
  pause(milliseconds: number): this {
    this.now += BigInt(Math.round(milliseconds * 1e6))
    return this
  }

  /** Puts an IP packet on the wire. Returns its number, 0 if it was lost. */
  put(packet: Uint8Array, { after = 1, lost = false, link = this.link }: How = {}, dropped = 0): number {
    this.pause(after)
    if (lost) return 0
    const data = link(packet)
    this.packets.push({ at: this.now, data: data.subarray(0, data.length - dropped), wireLength: data.length })
    return this.packets.length
  }

  /** The packet with this number is captured once more. */
  again(number: number, after = 1): number {
    this.pause(after)
    this.packets.push({ ...this.packets[number - 1]!, at: this.now })
    return this.packets.length
  }

  /** The packet with this number is written to the file before another, keeping its time. */
  moveBefore(number: number, other: number): void {
    const [packet] = this.packets.splice(number - 1, 1)
    this.packets.splice(other - 1, 0, packet!)
  }

  talk(options: Partial<TalkOptions> = {}): Talk {
    return new Talk(this, options)
  }

  /** The capture as a pcap file with nanoseconds. */
  file(): Uint8Array {
    return pcap(this.packets, { resolution: 'nanos', linkType: this.linkType })
  }

  read(): Promise<Collected> {
    return readBytes(this.file())
  }
}

export interface TalkOptions {
  readonly client: Address
  readonly server: Address
  /** Initial sequence numbers. */
  readonly clientStart: number
  readonly serverStart: number
}

/** One TCP connection between a client and a server. */
export class Talk {
  readonly client: Party
  readonly server: Party

  constructor(
    readonly wire: Wire = new Wire(),
    options: Partial<TalkOptions> = {},
  ) {
    this.client = new Party(wire, options.client ?? { ip: '10.0.0.2', port: 49_152 }, options.clientStart ?? 1000)
    this.server = new Party(wire, options.server ?? { ip: '10.0.0.1', port: 80 }, options.serverStart ?? 5000)
    this.client.peer = this.server
    this.server.peer = this.client
  }

  /** SYN, SYN/ACK and ACK, with so many milliseconds between the first and the second. */
  opens(roundTrip = 20): this {
    this.client.syn()
    this.server.synAck({ after: roundTrip })
    this.client.acks()
    return this
  }

  /** FIN by one side, FIN by the other, ACK. */
  closes(by: 'client' | 'server' = 'client'): this {
    const [first, second] = by === 'client' ? [this.client, this.server] : [this.server, this.client]
    first.fin()
    second.fin()
    first.acks()
    return this
  }

  read(): Promise<Collected> {
    return this.wire.read()
  }
}

export class Party {
  /** The sequence number of the next octet. */
  next: number
  peer!: Party

  constructor(
    private readonly wire: Wire,
    readonly address: Address,
    readonly start: number,
  ) {
    this.next = start >>> 0
  }

  syn(how: How = {}, payload = ''): number {
    return this.sends({ flags: 'S', seq: this.start, ack: 0, ...how }, payload)
  }
  synAck(how: How = {}): number {
    return this.sends({ flags: 'SA', seq: this.start, ...how })
  }
  acks(how: How = {}): number {
    return this.sends({ flags: 'A', ...how })
  }
  says(payload: string | Uint8Array, how: How = {}): number {
    return this.sends({ flags: 'PA', ...how }, payload)
  }
  /** The same in segments of at most `size` octets. Returns the number of the last. */
  saysInPieces(payload: string | Uint8Array, size: number, how: How = {}): number {
    const all = octets(payload)
    let number = 0
    for (let at = 0; at < all.length; at += size) number = this.says(all.subarray(at, at + size), how)
    return number
  }
  fin(how: How = {}, payload: string | Uint8Array = ''): number {
    return this.sends({ flags: 'FA', ...how }, payload)
  }
  rst(how: How = {}, payload = ''): number {
    return this.sends({ flags: 'RA', ...how }, payload)
  }
  /** A probe: the octet before the next one, with or without it (RFC 9293 §3.8.4). */
  keepAlive(octet = false, how: How = {}): number {
    return this.sends({ flags: 'A', seq: this.next - 1, ...how }, octet ? '\0' : '')
  }

  /** One segment. What it occupies in sequence space moves `next` on, unless it lies before it. */
  sends(how: How, payload: string | Uint8Array = ''): number {
    const data = octets(payload)
    const { flags = 'A', seq = this.next, ack = flags.includes('A') ? this.peer.next : 0, options, window } = how
    const end = (seq + data.length + (flags.includes('S') ? 1 : 0) + (flags.includes('F') ? 1 : 0)) >>> 0
    if (((end - this.next) | 0) > 0) this.next = end
    const segment = tcp({ from: this.address, to: this.peer.address, seq, ack, flags, payload: data, options, window })
    return this.wire.put(
      ip(this.address.ip, this.peer.address.ip, 6, segment, ++this.wire.id),
      how,
      data.length - (how.keep ?? data.length),
    )
  }
}
