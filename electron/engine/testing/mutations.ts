/** Captures for {@link damaged}: small ones, of every kind. */
import { gzipSync } from 'node:zlib'
import { get, ok, request, response } from './http'
import { erspan, ethernet, gtp, inIpv6, radiotap, raw, sll2, vlan, vxlan } from './links'
import type { Wrap } from './links'
import { octets, seeded } from './octets'
import { fragmentHeader, ipv6, tcp } from './packets'
import { pcap } from './pcap-file'
import { description, enhanced, obsolete, pcapng, section, simple } from './pcapng-file'
import { Wire } from './wire'
import type { WirePacket } from './wire'
import { zstd } from './zstd-file'

/** A conversation with something of everything in it. */
function conversation(link: Wrap = ethernet, linkType = 1): Wire {
  const wire = new Wire(link, linkType)
  const talk = wire.talk().opens()
  talk.client.saysInPieces(request('POST', '/form', { Connection: 'keep-alive' }, 'a=1&b=2'), 40)
  talk.server.says(response(100) + response(303, { Location: '/', 'Keep-Alive': 'timeout=5, max=100' }))
  talk.client.says(get('/chunked') + get('/pipelined'))
  talk.server.says(`${response(200, { 'Transfer-Encoding': 'chunked' })}5;x=y\r\nhello\r\n`)
  const late = talk.server.says('0\r\nT: 1\r\n\r\n')
  const later = talk.server.says(ok('piped', { Server: 'test' }))
  wire.moveBefore(later, late)
  talk.client.says(get('/lost'), { lost: true })
  talk.server.says(response(404, {}, 'x'.repeat(200)), { keep: 100, after: 100 })
  talk.client.keepAlive(true, { after: 500 })
  talk.closes('server')
  const other = wire.talk({ client: { ip: '10.0.0.3', port: 50_000 }, clientStart: 0xffff_fff0 })
  other.client.syn({}, get('/early'))
  other.server.synAck()
  other.server.fin({}, 'HTTP/1.0 200 OK\r\n\r\nto the end')
  other.client.rst()
  return wire
}

function fragments(): readonly WirePacket[] {
  const wire = new Wire()
  const [from, to] = [
    { ip: 'fd00::2', port: 1025 },
    { ip: 'fd00::1', port: 80 },
  ]
  const segment = tcp({ from, to, seq: 1, ack: 1, flags: 'PA', payload: octets(get(`/${'f'.repeat(400)}`)) })
  for (const [start, end] of [
    [240, segment.length],
    [0, 120],
    [120, 248],
  ] as const) {
    const header = fragmentHeader(6, start, end < segment.length, 5)
    wire.put(ipv6({ from: from.ip, to: to.ip, next: 44, payload: octets(header, segment.subarray(start, end)) }))
  }
  return wire.packets
}

const { packets } = conversation()
const blocks = [enhanced, obsolete, simple] as const

export const SAMPLES: readonly { readonly name: string; readonly content: Uint8Array }[] = [
  { name: 'pcap', content: pcap(packets) },
  { name: 'pcap, big-endian, in VLANs', content: pcap(conversation(vlan([100, 7], 0x88a8)).packets, { order: 'big' }) },
  { name: 'pcap of Kuznetzov, raw IP', content: pcap(conversation(raw).packets, { kuznetzov: true, linkType: 101 }) },
  { name: 'pcapng', content: pcapng(packets, { tsresol: 9 }) },
  {
    name: 'pcapng of three kinds of blocks',
    content: octets(
      section('big'),
      description({ order: 'big', tsresol: 0xa0 }),
      ...packets.map((p, i) => blocks[i % 3]!(p, { order: 'big' })),
    ),
  },
  { name: 'fragments', content: pcap(fragments()) },
  { name: 'radiotap', content: pcap(conversation(radiotap(true)).packets, { linkType: 127 }) },
  { name: 'cooked', content: pcap(conversation(sll2).packets, { linkType: 276 }) },
  { name: 'VXLAN', content: pcap(conversation(vxlan(5)).packets) },
  { name: 'GTP', content: pcap(conversation(gtp(5, true)).packets) },
  { name: 'ERSPAN', content: pcap(conversation(erspan(3, 5)).packets) },
  { name: 'IP in IPv6', content: pcap(conversation(inIpv6).packets) },
  { name: 'gzip', content: gzipSync(pcap(packets)) },
  { name: 'zstd', content: zstd(pcapng(packets), 300) },
]

export interface Damage {
  readonly how: string
  readonly content: Uint8Array
}

/** The content cut at every percent, and with one to four bits flipped, `flips` times. The same for the same seed. */
export function* damaged(content: Uint8Array, flips: number, seed = 1): Generator<Damage> {
  for (let percent = 0; percent < 100; percent++) {
    yield { how: `cut at ${percent} %`, content: content.slice(0, Math.floor((content.length * percent) / 100)) }
  }
  const random = seeded(seed)
  for (let i = 0; i < flips; i++) {
    const changed = content.slice()
    const places: string[] = []
    for (let bits = 1 + random(4); bits > 0; bits--) {
      const at = random(changed.length)
      const bit = random(8)
      changed[at]! ^= 1 << bit
      places.push(`${at}.${bit}`)
    }
    yield { how: `flipped ${places.join(' ')}`, content: changed }
  }
}
