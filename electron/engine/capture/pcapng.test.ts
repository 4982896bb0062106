import { describe, expect, it } from 'vitest'
import { epochText } from '../../../shared/units'
import { get, ok } from '../testing/http'
import { sll } from '../testing/links'
import { octets, u16, u32, zeros } from '../testing/octets'
import type { Order } from '../testing/octets'
import { block, description, enhanced, obsolete, option, pcapng, section, simple } from '../testing/pcapng-file'
import { captureOf, codesOf, only, readBytes, summary } from '../testing/read'
import { START, Wire } from '../testing/wire'
import type { WirePacket } from '../testing/wire'

function exchange(wire = new Wire(), port = 49_152): readonly WirePacket[] {
  const talk = wire.talk({ client: { ip: '10.0.0.2', port } }).opens(20)
  talk.client.says(get('/'))
  talk.server.says(ok(), { after: 12.345678 })
  talk.closes()
  return wire.packets
}

const lastOf = async (file: Uint8Array): Promise<string> => {
  const capture = captureOf(await readBytes(file))
  return epochText(capture.timeBase, capture.lastAt!)
}

const COMMENT = option(1, octets('a comment of eleven and more octets'))

describe('pcapng', () => {
  it.each<Order>(['little', 'big'])('is read in %s-endian order', async (order) => {
    const read = await readBytes(pcapng(exchange(), { order, tsresol: 9 }))
    expect(captureOf(read)).toMatchObject({ format: 'pcapng', packets: 8, linkTypes: [1], truncated: false })
    expect(summary(only(read))).toEqual(['GET / → 200'])
    expect(only(read).connection.last).toEqual({ packet: 8, at: 38_345_678 })
    expect(read.summary.diagnostics).toEqual([])
  })

  it.each([
    { name: 'microseconds by default', tsresol: undefined, last: '1700000000.038345000' },
    { name: 'seconds', tsresol: 0, last: '1700000001.000000000' },
    { name: 'milliseconds', tsresol: 3, last: '1700000000.039000000' },
    { name: 'microseconds', tsresol: 6, last: '1700000000.038346000' },
    { name: 'nanoseconds', tsresol: 9, last: '1700000000.038345678' },
    { name: 'tenths of a nanosecond', tsresol: 10, last: '1700000000.038345678' },
    { name: '2^-20 seconds', tsresol: 0x94, last: '1700000000.038346290' },
    { name: '2^-30 seconds', tsresol: 0x9e, last: '1700000000.038345678' },
    { name: '2^-32 seconds', tsresol: 0xa0, last: '1700000000.038345678' },
  ])('counts time in $name', async ({ tsresol, last }) => {
    if (tsresol === undefined) {
      const packets = exchange().map((p) => ({ ...p, at: (p.at / 1000n) * 1000n }))
      expect(await lastOf(pcapng(packets))).toBe(last)
      return
    }
    expect(await lastOf(pcapng(exchange(), { tsresol }))).toBe(last)
  })

  it.each([-3600n, 0n, 1_600_000_000n])('adds if_tsoffset (%d s)', async (tsoffset) => {
    expect(await lastOf(pcapng(exchange(), { tsresol: 9, tsoffset }))).toBe('1700000000.038345678')
  })

  it('forgets the interfaces of the section before, and may change byte order', async () => {
    const wire = new Wire()
    exchange(wire)
    const [first, second] = [wire.packets.slice(0, 4), wire.packets.slice(4)]
    const file = octets(
      ...[
        section('big'),
        description({ order: 'big', tsresol: 9, linkType: 1 }),
        ...first.map((p) => enhanced(p, { order: 'big', tsresol: 9 })),
      ],
      ...[section('little'), description({ tsresol: 6 }), ...second.map((p) => enhanced(p, { tsresol: 6 }))],
    )
    const read = await readBytes(file)
    expect(captureOf(read).packets).toBe(8)
    expect(only(read).connection.packets).toEqual({ client: 5, server: 3 })

    const orphaned = await readBytes(octets(pcapng(first), section(), ...second.map((p) => enhanced(p))))
    expect(captureOf(orphaned).packets).toBe(8)
    expect(codesOf(orphaned)).toEqual(['unknown-interface'])
  })

  it('gives each interface its own link type and clock', async () => {
    const ethernet = new Wire()
    exchange(ethernet, 50_001)
    const cooked = new Wire(sll, 113)
    exchange(cooked, 50_002)
    const file = octets(
      section(),
      description({ linkType: 1, tsresol: 9 }),
      description({ linkType: 113, tsresol: 3, tsoffset: 1_600_000_000n }),
      ...ethernet.packets.flatMap((p, i) => [
        enhanced(p, { interface: 0, tsresol: 9 }),
        enhanced(cooked.packets[i]!, { interface: 1, tsresol: 3, tsoffset: 1_600_000_000n }),
      ]),
    )
    const read = await readBytes(file)
    expect(captureOf(read)).toMatchObject({ packets: 16, linkTypes: [1, 113] })
    expect(
      read.connections.map(({ connection }) => [connection.client.port, connection.first.packet, connection.last.at]),
    ).toEqual([
      [50_001, 1, 38_345_678],
      [50_002, 2, 39_000_000],
    ])
    expect(read.connections.map(summary)).toEqual([['GET / → 200'], ['GET / → 200']])
  })

  it('reads obsolete packet blocks, whose interface is in 16 bits', async () => {
    const packets = exchange()
    const file = octets(section(), description(), description(), ...packets.map((p) => obsolete(p, { interface: 1 })))
    expect(summary(only(await readBytes(file)))).toEqual(['GET / → 200'])
  })

  it('reads simple packets: no time, and cut at the interface’s snapshot length', async () => {
    const packets = exchange()
    const read = await readBytes(octets(section(), description(), ...packets.map((p) => simple(p))))
    expect(captureOf(read)).toMatchObject({ packets: 8, truncated: false })
    expect(codesOf(read)).toEqual(['no-timestamps'])
    expect(summary(only(read))).toEqual(['GET / → 200'])

    // Four octets of padding must not be taken for payload: the snapshot length says where the packet ends.
    const cut = packets.map((p) => ({ ...p, data: p.data.subarray(0, 70) }))
    const short = await readBytes(octets(section(), description({ snaplen: 70 }), ...cut.map((p) => simple(p))))
    expect(only(short).connection.marks).toContain('truncated')
    expect(only(short).connection.bytes.client).toBe(get('/').length)
  })

  it('steps over options it does not need, known or not', async () => {
    const packets = exchange()
    const more = octets(option(2, octets('eth0')), option(0x7fff, zeros(13)), COMMENT)
    const file = octets(
      section('little', COMMENT, option(0, zeros(0))),
      description({ more, tsresol: 9 }),
      ...packets.map((p) => enhanced(p, { tsresol: 9, options: octets(COMMENT, option(2, u32(1)), option(0, zeros(0))) })),
    )
    const read = await readBytes(file)
    expect(summary(only(read))).toEqual(['GET / → 200'])
    expect(captureOf(read).lastAt).toBe(38_345_678)
  })

  it('steps over blocks it does not know: names, statistics, secrets, anything', async () => {
    const [first, ...rest] = exchange()
    const unknown = [4, 5, 10, 0x0000_0bee, 0x8000_0001].map((type) => block(type, zeros(21)))
    const read = await readBytes(
      octets(section(), description(), ...unknown, enhanced(first!), ...unknown, ...rest.map((p) => enhanced(p))),
    )
    expect(captureOf(read)).toMatchObject({ packets: 8, truncated: false })
    expect(read.summary.diagnostics).toEqual([])
  })

  it('numbers custom blocks and journal entries as other analysers do', async () => {
    const [first, ...rest] = exchange()
    const numbered = [0x0bad, 0x4000_0bad, 9].map((type) => block(type, octets(u32(32_473, 'little'), zeros(8))))
    const read = await readBytes(octets(section(), description(), enhanced(first!), ...numbered, ...rest.map((p) => enhanced(p))))
    expect(only(read).connection.handshake).toMatchObject({ syn: { packet: 1 }, synAck: { packet: 5 } })
  })

  it('forgives a block length that does not count the padding', async () => {
    const packets = exchange()
    expect(packets.some(({ data }) => data.length % 4 !== 0)).toBe(true)
    const read = await readBytes(octets(section(), description(), ...packets.map((p) => enhanced(p, { unpadded: true }))))
    expect(captureOf(read)).toMatchObject({ packets: 8, truncated: false })
    expect(summary(only(read))).toEqual(['GET / → 200'])
  })

  it('takes what a block holds when a packet claims more', async () => {
    const packets = exchange()
    const greedy = enhanced(packets[3]!)
    greedy.set(u32(60_000, 'little'), 20)
    const file = octets(section(), description(), ...packets.map((p, i) => (i === 3 ? greedy : enhanced(p))))
    const read = await readBytes(file)
    expect(codesOf(read)).toEqual(['truncated-packet'])
    expect(captureOf(read).packets).toBe(8)
    expect(summary(only(read))).toEqual(['GET / → 200'])
  })

  it.each([0, 8, 0x7fff_ffff])('stops at a block that claims %d octets', async (length) => {
    const sound = pcapng(exchange())
    const read = await readBytes(octets(sound, u32(6, 'little'), u32(length, 'little'), zeros(60)))
    expect(captureOf(read)).toMatchObject({ packets: 8, truncated: true })
    expect(read.summary.diagnostics).toEqual([
      expect.objectContaining({ severity: 'error', code: 'damaged-block', packet: 8, offset: sound.length }),
    ])
  })

  it('counts packet blocks too short to hold one', async () => {
    const stump = block(6, zeros(12))
    const read = await readBytes(octets(section(), description(), stump, ...exchange().map((p) => enhanced(p))))
    expect(codesOf(read)).toEqual(['damaged-block'])
    expect(captureOf(read).packets).toBe(9)
    expect(only(read).connection.first.packet).toBe(2)
  })

  it('takes the frame check sequence off where if_fcslen says so', async () => {
    const packets = exchange().map((p) => ({ ...p, data: octets(p.data, u32(0)), wireLength: p.wireLength + 4 }))
    const read = await readBytes(pcapng(packets, { fcslen: 4 }))
    expect(only(read).connection.bytes).toEqual({ client: get('/').length, server: ok().length })
  })

  it('ignores an option whose length runs out of its block', async () => {
    const broken = octets(u16(9, 'little'), u16(4000, 'little'), [9, 0, 0, 0])
    const read = await readBytes(octets(section(), description({ more: broken }), ...exchange().map((p) => enhanced(p))))
    expect(captureOf(read).lastAt).toBe(38_346_000)
  })

  it('counts time from the first packet, wherever that is', async () => {
    const read = await readBytes(pcapng(exchange(), { tsresol: 9 }))
    expect(captureOf(read).timeBase).toBe(Number(START / 1_000_000_000n))
  })
})
