import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import { ethernet, raw } from '../testing/links'
import type { Wrap } from '../testing/links'
import { octets, u16, zeros } from '../testing/octets'
import { extensionHeader, fragmentHeader, ip, ipv4, ipv6 } from '../testing/packets'
import { only, summary } from '../testing/read'
import type { Collected } from '../testing/collect'
import { Wire } from '../testing/wire'

const V6 = { client: { ip: 'fd00::2', port: 49_152 }, server: { ip: 'fd00::1', port: 80 } }

/** An exchange whose packets are rewritten on their way to the file. */
function through(rewrite: Wrap, six = false): Promise<Collected> {
  const wire = new Wire(rewrite, 101)
  const talk = wire.talk(six ? V6 : {}).opens()
  talk.client.says(get('/'))
  talk.server.says(ok())
  talk.closes()
  return wire.read()
}

const CLIENT = '10.0.0.2'
const SERVER = '10.0.0.1'
const fromClient = (packet: Uint8Array): boolean => packet[15] === 2
const ends = (packet: Uint8Array): { from: string; to: string } =>
  fromClient(packet) ? { from: CLIENT, to: SERVER } : { from: SERVER, to: CLIENT }
const ends6 = (packet: Uint8Array): { from: string; to: string } =>
  packet[23] === 2 ? { from: 'fd00::2', to: 'fd00::1' } : { from: 'fd00::1', to: 'fd00::2' }

describe('IPv4', () => {
  it('options are stepped over', async () => {
    const read = await through((p) =>
      ipv4({ ...ends(p), protocol: 6, payload: p.subarray(20), options: octets(0x94, 4, 0, 0, 1, 1, 1, 0) }),
    )
    expect(summary(only(read))).toEqual(['GET / → 200'])
  })

  it('a total length of zero is segmentation offload: the capture’s own length counts', async () => {
    const read = await through((p) => ipv4({ ...ends(p), protocol: 6, payload: p.subarray(20), totalLength: 0 }))
    expect(only(read).connection.bytes).toEqual({ client: get('/').length, server: ok().length })
  })

  it('an authenticated packet (AH) is read', async () => {
    const ah = octets(6, 4, u16(0), zeros(20))
    const read = await through((p) => ipv4({ ...ends(p), protocol: 51, payload: octets(ah, p.subarray(20)) }))
    expect(summary(only(read))).toEqual(['GET / → 200'])
  })

  it('a source route with hops left ends at its last address (RFC 791 §3.1)', async () => {
    const read = await through((p) => {
      if (!fromClient(p)) return p
      const route = octets(0x83, 11, 4, [10, 0, 9, 9], [10, 0, 0, 1], 0)
      return ipv4({ from: CLIENT, to: '10.0.8.8', protocol: 6, payload: p.subarray(20), options: route })
    })
    const { connection } = only(read)
    expect([connection.server.ip, connection.handshake?.complete]).toEqual([SERVER, true])
  })

  it('what lies behind the total length is not payload', async () => {
    const read = await through((p) => octets(p, zeros(18)))
    expect(only(read).connection.bytes).toEqual({ client: get('/').length, server: ok().length })
  })

  it('an authenticated packet (AH) over IPv6 and an encrypted one (ESP) are told apart', async () => {
    const ah = octets(6, 4, u16(0), zeros(20))
    const read = await through((p) => ipv6({ ...ends6(p), next: 51, payload: octets(ah, p.subarray(40)) }), true)
    expect(summary(only(read))).toEqual(['GET / → 200'])
    const encrypted = await through((p) => ipv6({ ...ends6(p), next: 50, payload: p.subarray(40) }), true)
    expect(encrypted.connections).toEqual([])
  })
})

describe('IPv6', () => {
  it.each([
    { name: 'a segment route: the first listed (RFC 8754)', type: 4, list: [0, 9] },
    { name: 'the first kind of route: the last listed (RFC 8200 §8.1)', type: 0, list: [9, 0] },
  ])('a route with segments left goes to another address than the next: $name', async ({ type, list }) => {
    const segment = (last: number): Uint8Array => octets(0xfd, zeros(14), last === 0 ? 1 : last)
    const read = await through((p) => {
      if (p[23] !== 2) return p
      const route = octets([6, 4, type, 1], zeros(4), ...list.map(segment))
      return ipv6({ from: 'fd00::2', to: 'fd00::9', next: 43, payload: octets(route, p.subarray(40)) })
    }, true)
    const { connection } = only(read)
    expect([connection.server.ip, connection.handshake?.complete]).toEqual(['fd00::1', true])
  })

  it('nothing follows a mobility header (RFC 6275 §6.1.1)', async () => {
    const read = await through((p) => ipv6({ ...ends6(p), next: 135, payload: octets(extensionHeader(6), p.subarray(40)) }), true)
    expect(read.connections).toEqual([])
  })

  it('extension headers are stepped over, in any number', async () => {
    const headers = octets(extensionHeader(43, 1), extensionHeader(60, 2), extensionHeader(60), extensionHeader(6, 3))
    const read = await through((p) => ipv6({ ...ends6(p), next: 0, payload: octets(headers, p.subarray(40)) }), true)
    expect(summary(only(read))).toEqual(['GET / → 200'])
  })

  it('an atomic fragment is a whole packet (RFC 6946)', async () => {
    const read = await through(
      (p) => ipv6({ ...ends6(p), next: 44, payload: octets(fragmentHeader(6, 0, false, 9), p.subarray(40)) }),
      true,
    )
    expect(summary(only(read))).toEqual(['GET / → 200'])
  })

  it('a payload length of zero is an offloaded segment', async () => {
    const read = await through((p) => ipv6({ ...ends6(p), next: 6, payload: p.subarray(40), payloadLength: 0 }), true)
    expect(only(read).connection.bytes).toEqual({ client: get('/').length, server: ok().length })
  })

  it('nothing follows "no next header", and an endless chain of headers ends with the packet', async () => {
    const wire = new Wire(raw, 101)
    wire.put(ipv6({ from: 'fd00::2', to: 'fd00::1', next: 59, payload: zeros(40) }))
    wire.put(ipv6({ from: 'fd00::2', to: 'fd00::1', next: 0, payload: zeros(8000) }))
    expect((await wire.read()).connections).toEqual([])
  })
})

describe('damage', () => {
  it('a header length below five words, or beyond the packet, is no IPv4', async () => {
    const wire = new Wire(ethernet)
    const sound = ip(CLIENT, SERVER, 6, zeros(20))
    for (const first of [0x40, 0x44, 0x4f]) wire.put(octets(first, sound.subarray(1, 30)))
    expect((await wire.read()).connections).toEqual([])
  })
})
