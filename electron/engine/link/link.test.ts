/** Every link layer and tunnel: the same exchange must be found inside, and told by the path it came on. */
import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import * as links from '../testing/links'
import { rareLinks } from '../testing/rare-links'
import type { Wrap } from '../testing/links'
import { octets, u16, zeros } from '../testing/octets'
import { ip, udp } from '../testing/packets'
import { captureOf, only, summary } from '../testing/read'
import { Wire } from '../testing/wire'

interface Case {
  readonly name: string
  readonly wrap: Wrap
  readonly linkType?: number
  readonly path?: string
  readonly versions?: readonly (4 | 6)[]
}

const cases: readonly Case[] = [
  { name: 'Ethernet', wrap: links.ethernet },
  { name: '802.1Q', wrap: links.vlan([12]), path: 'vlan 12' },
  { name: '802.1Q with priority bits only', wrap: links.vlan([0]), path: 'vlan 0' },
  { name: '802.1ad', wrap: links.vlan([100, 12], 0x88a8), path: 'vlan 100 / vlan 12' },
  { name: 'QinQ of old', wrap: links.vlan([100, 12], 0x9100), path: 'vlan 100 / vlan 12' },
  { name: 'three tags', wrap: links.vlan([1, 2, 3]), path: 'vlan 1 / vlan 2 / vlan 3' },
  { name: '802.3 with LLC and SNAP', wrap: links.llcSnap },
  { name: 'Linux cooked', wrap: links.sll, linkType: 113 },
  { name: 'Linux cooked 2', wrap: links.sll2, linkType: 276 },
  { name: 'BSD loopback of a little-endian machine', wrap: links.loopback('little'), linkType: 0 },
  { name: 'BSD loopback of a big-endian machine', wrap: links.loopback('big'), linkType: 0 },
  { name: 'FreeBSD loopback', wrap: links.loopback('little', 28), linkType: 0 },
  { name: 'NetBSD loopback', wrap: links.loopback('little', 24), linkType: 0 },
  { name: 'OpenBSD loopback', wrap: links.loopback('big', 24), linkType: 108 },
  { name: 'raw IP', wrap: links.raw, linkType: 101 },
  { name: 'raw IP of BSD', wrap: links.raw, linkType: 12 },
  { name: 'raw IP of OpenBSD', wrap: links.raw, linkType: 14 },
  { name: 'raw IPv4', wrap: links.raw, linkType: 228, versions: [4] },
  { name: 'raw IPv6', wrap: links.raw, linkType: 229, versions: [6] },
  { name: 'PPP', wrap: links.ppp, linkType: 9 },
  { name: 'PPP, header compressed', wrap: links.pppCompressed, linkType: 9 },
  { name: 'PPP in HDLC framing', wrap: links.ppp, linkType: 50 },
  { name: 'Cisco HDLC', wrap: links.ciscoHdlc, linkType: 104 },
  { name: 'PPPoE', wrap: links.pppoe(7), path: 'pppoe 7' },
  { name: 'PPPoE link type', wrap: links.pppoePayload(7), linkType: 51, path: 'pppoe 7' },
  { name: '802.11', wrap: links.wifi(), linkType: 105 },
  { name: '802.11 with QoS', wrap: links.wifi(true), linkType: 105 },
  { name: 'radiotap', wrap: links.radiotap(), linkType: 127 },
  { name: 'radiotap with frame check sequences', wrap: links.radiotap(true), linkType: 127 },
  { name: 'radiotap with padded headers', wrap: links.radiotapPadded, linkType: 127 },
  { name: 'Prism', wrap: links.prism, linkType: 119 },
  { name: 'PPI with 802.11', wrap: links.ppi(105, links.wifi()), linkType: 192 },
  { name: 'PPI with Ethernet', wrap: links.ppi(1, links.ethernet), linkType: 192 },
  { name: 'MPLS', wrap: links.mpls(16_001), path: 'mpls 16001' },
  { name: 'MPLS, two labels', wrap: links.mpls(16_001, 1_048_575), path: 'mpls 16001 / mpls 1048575' },
  { name: 'MPLS pseudowire', wrap: links.mplsPseudowire, path: 'mpls 99' },
  { name: 'GRE', wrap: links.gre(null), path: 'gre 0' },
  { name: 'GRE with key and sequence number', wrap: links.gre(0xdead_beef, true), path: 'gre 3735928559' },
  { name: 'GRE with Ethernet inside', wrap: links.greEthernet, path: 'gre 0' },
  { name: 'ERSPAN I', wrap: links.erspan(1, 0), path: 'gre 0' },
  { name: 'ERSPAN II', wrap: links.erspan(2, 5), path: 'gre 0 / erspan 5' },
  { name: 'ERSPAN III', wrap: links.erspan(3, 6), path: 'gre 0 / erspan 6' },
  { name: 'VXLAN', wrap: links.vxlan(0xfff_fff), path: 'vxlan 16777215' },
  { name: 'Geneve', wrap: links.geneve(42), path: 'geneve 42' },
  { name: 'Geneve with options', wrap: links.geneve(42, 3), path: 'geneve 42' },
  { name: 'GTP-U', wrap: links.gtp(0x1234), path: 'gtp 0' },
  { name: 'GTP-U with an extension header', wrap: links.gtp(0x1234, true), path: 'gtp 0' },
  { name: 'Teredo', wrap: links.teredo, path: 'teredo 0', versions: [6] },
  { name: 'IP in IPv4', wrap: links.inIpv4 },
  { name: 'IP in IPv6', wrap: links.inIpv6 },
]

const ADDRESSES = {
  4: { client: { ip: '10.0.0.2', port: 49_152 }, server: { ip: '10.0.0.1', port: 80 } },
  6: { client: { ip: 'fd00::2', port: 49_152 }, server: { ip: 'fd00::1', port: 80 } },
}

function transcript(wire: Wire, version: 4 | 6): Wire {
  const talk = wire.talk(ADDRESSES[version]).opens()
  talk.client.says(get('/inside'))
  talk.server.says(ok())
  talk.closes()
  return wire
}

describe.each([...cases, ...rareLinks])('$name', ({ wrap, linkType = 1, path = '', versions = [4, 6] }) => {
  it.each(versions)('carries IPv%d', async (version) => {
    const read = await transcript(new Wire(wrap, linkType), version).read()
    expect(captureOf(read).linkTypes).toEqual([linkType])
    const found = only(read)
    expect(summary(found)).toEqual(['GET /inside → 200'])
    expect(found.connection).toMatchObject({
      ...ADDRESSES[version],
      path,
      packets: { client: 5, server: 3 },
      bytes: { client: get('/inside').length, server: ok().length },
      marks: [],
    })
  })

  it('cut at every octet of a packet does no harm', async () => {
    const whole = transcript(new Wire(wrap, linkType), versions[0]!)
    const cut = new Wire(wrap, linkType)
    for (const packet of whole.packets.slice(0, 4)) {
      for (let length = 0; length <= packet.data.length; length++)
        cut.packets.push({ ...packet, data: packet.data.subarray(0, length) })
    }
    const { connections } = await cut.read()
    expect(connections).toHaveLength(1)
  })
})

describe('what stands behind the packet', () => {
  /** With the length in the IP header left to the network card, only the link layer tells where the packet ends. */
  const offloaded = (wrap: Wrap): Wrap => {
    return (packet) => wrap(octets(packet.subarray(0, 2), u16(0), packet.subarray(4)))
  }

  it.each([
    { name: 'a frame check sequence, where radiotap says there is one', wrap: links.radiotap(true), linkType: 127 },
    {
      name: 'padding, where PPPoE has a length',
      wrap: (packet: Uint8Array) => octets(links.pppoe(7)(packet), zeros(9)),
      linkType: 1,
    },
  ])('$name, is not payload', async ({ wrap, linkType }) => {
    const { connection } = only(await transcript(new Wire(offloaded(wrap), linkType), 4).read())
    expect(connection.bytes).toEqual({ client: get('/inside').length, server: ok().length })
  })
})

describe('frames that are none of ours', () => {
  it('Ethernet padding is not payload', async () => {
    const padded: Wrap = (packet) => octets(links.ethernet(packet), zeros(Math.max(0, 60 - 14 - packet.length)))
    const { connection } = only(await transcript(new Wire(padded), 4).read())
    expect(connection.bytes).toEqual({ client: get('/inside').length, server: ok().length })
    expect(connection.retransmissions).toBe(0)
  })

  it.each([
    { name: 'ARP', frame: links.framed(0x0806, zeros(28)) },
    { name: 'PPPoE discovery', frame: links.framed(0x8863, zeros(20)) },
    { name: 'UDP to an ordinary port', frame: links.ethernet(ip('10.0.0.2', '10.0.0.1', 17, udp(5000, 53, zeros(20)))) },
    { name: 'ICMP', frame: links.ethernet(ip('10.0.0.2', '10.0.0.1', 1, zeros(20))) },
    {
      name: 'a GTP echo request',
      frame: links.ethernet(ip('10.0.0.2', '10.0.0.1', 17, udp(2152, 2152, octets(0x32, 1, zeros(10))))),
    },
    {
      name: 'GRE of a version to come',
      frame: links.ethernet(ip('10.0.0.2', '10.0.0.1', 47, octets(u16(5), u16(0x0800), zeros(40)))),
    },
  ])('$name makes no connection', async ({ frame }) => {
    const wire = new Wire(links.raw, 1)
    wire.put(frame)
    expect((await wire.read()).connections).toEqual([])
  })

  it('tunnels within tunnels within tunnels end somewhere', async () => {
    const nested: Wrap = (packet) => {
      let inner = packet
      for (let i = 0; i < 200; i++) inner = ip('192.0.2.1', '192.0.2.2', 4, inner)
      return links.ethernet(inner)
    }
    expect((await transcript(new Wire(nested), 4).read()).connections).toEqual([])
  })
})
