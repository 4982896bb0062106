import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import { ethernet, vlan } from '../testing/links'
import { octets, zeros } from '../testing/octets'
import { fragmentHeader, ipv4, ipv6, tcp } from '../testing/packets'
import { captureOf, codesOf, only, summary } from '../testing/read'
import { Wire } from '../testing/wire'

const CLIENT = { ip: '10.0.0.2', port: 49_152 }
const SERVER = { ip: '10.0.0.1', port: 80 }
const REQUEST = get(`/${'a'.repeat(300)}`)
const SEGMENT = tcp({ from: CLIENT, to: SERVER, seq: 1001, ack: 5001, flags: 'PA', payload: octets(REQUEST) })

/** The request's segment, cut at these multiples of eight octets. */
function pieces(cuts: readonly number[], id = 7): Uint8Array[] {
  const edges = [0, ...cuts.map((cut) => cut * 8), SEGMENT.length]
  return edges.slice(1).map((end, i) => {
    const offset = edges[i]!
    return ipv4({
      from: CLIENT.ip,
      to: SERVER.ip,
      protocol: 6,
      id,
      offset,
      more: end < SEGMENT.length,
      payload: SEGMENT.subarray(offset, end),
    })
  })
}

/** Handshake, the fragments, and the response. */
async function withFragments(fragments: readonly Uint8Array[], between = 1) {
  const wire = new Wire()
  const talk = wire.talk({ client: CLIENT, server: SERVER }).opens()
  for (const fragment of fragments) wire.put(fragment, { after: between })
  talk.client.next += REQUEST.length
  talk.server.says(ok())
  return { read: await wire.read(), wire }
}

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void
/** Twice, with a turn between: buffers are let go after the objects that held them. */
async function collectGarbage(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    gc()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('fragments', () => {
  it('are put together in any order, some of them twice', async () => {
    const cuts = fc
      .uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 })
      .map((list) => list.sort((a, b) => a - b))
    const arrangement = cuts.chain((list) => {
      const parts = pieces(list)
      return fc.tuple(
        fc.shuffledSubarray(parts, { minLength: parts.length }),
        fc.array(fc.nat(parts.length - 1), { maxLength: 3 }),
      )
    })
    await fc.assert(
      fc.asyncProperty(arrangement, async ([parts, again]) => {
        // The last one completes it: repeating that would be a second datagram's beginning.
        const repeated = again.map((i) => parts[i]!).filter((part) => part !== parts.at(-1))
        const { read } = await withFragments([...parts.slice(0, -1), ...repeated, parts.at(-1)!])
        const { connection, exchanges } = only(read)
        expect(summary(only(read))).toEqual([`GET /${'a'.repeat(300)} → 200`])
        expect(connection.bytes.client).toBe(REQUEST.length)
        expect(exchanges[0]!.requestPacket).toBe(3 + parts.length + repeated.length)
      }),
      { numRuns: 60 },
    )
  })

  it('the first data wins where they overlap', async () => {
    const [first, second] = pieces([20])
    const forged = ipv4({
      from: CLIENT.ip,
      to: SERVER.ip,
      protocol: 6,
      id: 7,
      offset: 80,
      more: true,
      payload: zeros(80).fill(0x58),
    })
    const { read } = await withFragments([first!, forged, second!])
    expect(only(read).exchanges[0]!.target).toBe(`/${'a'.repeat(300)}`)
    const { read: reversed } = await withFragments([forged, second!, first!])
    expect(only(reversed).exchanges[0]!.target).toContain('X'.repeat(20))
  })

  it('of other datagrams, protocols, addresses or VLANs do not mix', async () => {
    const [first, second] = pieces([20])
    const other = pieces([20], 8)
    const stray = ipv4({ from: '10.0.0.9', to: SERVER.ip, protocol: 6, id: 7, offset: 160, more: false, payload: zeros(8) })
    const { read } = await withFragments([first!, stray, other[1]!, second!])
    expect(summary(only(read))).toEqual([`GET /${'a'.repeat(300)} → 200`])

    const wire = new Wire()
    wire.put(first!, { link: vlan([1]) })
    wire.put(second!, { link: vlan([2]) })
    expect((await wire.read()).connections).toEqual([])
  })

  it('of IPv6 are put together too', async () => {
    const from = { ip: 'fd00::2', port: 49_152 }
    const to = { ip: 'fd00::1', port: 80 }
    const segment = tcp({ from, to, seq: 1001, ack: 5001, flags: 'PA', payload: octets(REQUEST) })
    const part = (start: number, end: number): Uint8Array => {
      const header = fragmentHeader(6, start, end < segment.length, 0xfeed_beef)
      return ipv6({ from: from.ip, to: to.ip, next: 44, payload: octets(header, segment.subarray(start, end)) })
    }
    const wire = new Wire()
    const talk = wire.talk({ client: from, server: to }).opens()
    for (const [start, end] of [
      [160, segment.length],
      [0, 80],
      [80, 160],
    ] as const)
      wire.put(part(start, end))
    talk.client.next += REQUEST.length
    talk.server.says(ok())
    expect(summary(only(await wire.read()))).toEqual([`GET /${'a'.repeat(300)} → 200`])
  })

  it('that come a minute later belong to another datagram', async () => {
    const [first, second] = pieces([20])
    const { read } = await withFragments([first!, second!], 61_000)
    expect(only(read).connection.bytes.client).toBe(0)
    expect(only(read).exchanges[0]!.method).toBeNull()
  })

  it('cut by the snapshot length cannot be joined, and are said to be damaged', async () => {
    const [first, second] = pieces([20])
    const wire = new Wire()
    wire.put(first!, {}, 30)
    wire.put(second!)
    const read = await wire.read()
    expect(codesOf(read)).toEqual(['damaged-fragment'])
    expect(read.connections).toEqual([])
  })

  it('that claim a datagram beyond 64 KiB are damage', async () => {
    const wire = new Wire()
    wire.put(ipv4({ from: CLIENT.ip, to: SERVER.ip, protocol: 6, offset: 65_528, more: true, payload: zeros(80) }))
    expect(codesOf(await wire.read())).toEqual(['damaged-fragment'])
  })

  it('of eight octets each, a thousandfold and never whole, take no time that grows with their square', async () => {
    const wire = new Wire()
    const tiny = (unit: number): Uint8Array =>
      ipv4({ from: CLIENT.ip, to: SERVER.ip, protocol: 6, id: 7, offset: unit * 8, more: true, payload: zeros(8) })
    for (let round = 0; round < 8; round++) for (let unit = 8190; unit > 0; unit -= 3) wire.put(tiny(unit), { after: 0 })
    const began = performance.now()
    expect((await wire.read()).connections).toEqual([])
    expect(performance.now() - began).toBeLessThan(2000)
  })

  it('of endlessly many datagrams are given up, the oldest first', async () => {
    const wire = new Wire(ethernet)
    await collectGarbage()
    const before = process.memoryUsage().arrayBuffers
    for (let id = 0; id < 2000; id++) wire.put(pieces([20], id)[0]!, { after: 0 })
    // The last one's other half is still waited for; the first one's comes too late.
    wire.put(pieces([20], 1999)[1]!)
    wire.put(pieces([20], 0)[1]!)
    const read = await wire.read()
    expect(captureOf(read).packets).toBe(2002)
    expect(codesOf(read)).toContain('fragment-lost')
    expect(only(read).connection.packets.client).toBe(1)
    // What is still held, not what has yet to be collected.
    await collectGarbage()
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20)
  })
})
