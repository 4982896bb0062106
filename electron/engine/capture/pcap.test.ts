import { describe, expect, it } from 'vitest'
import { epochText } from '../../../shared/units'
import { get, ok } from '../testing/http'
import { octets, u16, u32, zeros } from '../testing/octets'
import { pcap, pcapHeader, pcapRecord } from '../testing/pcap-file'
import type { PcapOptions } from '../testing/pcap-file'
import { pcapng } from '../testing/pcapng-file'
import { captureOf, codesOf, only, readBytes, summary } from '../testing/read'
import { START, Wire } from '../testing/wire'

function exchange(): Wire {
  const wire = new Wire()
  const talk = wire.talk().opens(20)
  talk.client.says(get('/'))
  talk.server.says(ok(), { after: 12.345678 })
  talk.closes()
  return wire
}

const variants: readonly (PcapOptions & { readonly name: string })[] = [
  { name: 'little-endian microseconds', order: 'little', resolution: 'micros' },
  { name: 'big-endian microseconds', order: 'big', resolution: 'micros' },
  { name: 'little-endian nanoseconds', order: 'little', resolution: 'nanos' },
  { name: 'big-endian nanoseconds', order: 'big', resolution: 'nanos' },
  { name: 'Kuznetzov, little-endian', order: 'little', kuznetzov: true },
  { name: 'Kuznetzov, big-endian', order: 'big', kuznetzov: true },
]

describe('classic pcap', () => {
  it.each(variants)('$name is read with its times', async (variant) => {
    const { packets } = exchange()
    const read = await readBytes(pcap(packets, variant))
    const capture = captureOf(read)
    expect(capture).toMatchObject({ format: 'pcap', compression: null, packets: 8, linkTypes: [1], truncated: false })
    const last = packets.at(-1)!.at - START
    const kept = variant.resolution === 'nanos' ? last : (last / 1000n) * 1000n
    expect(epochText(capture.timeBase, capture.firstAt!)).toBe('1700000000.001000000')
    expect(capture.lastAt).toBe(Number(kept))
    expect(epochText(capture.timeBase, capture.lastAt!)).toBe(`1700000000.${String(kept).padStart(9, '0')}`)
    expect(summary(only(read))).toEqual(['GET / → 200'])
    expect(only(read).exchanges[0]!.responseAt).toBe(variant.resolution === 'nanos' ? 35_345_678 : 35_345_000)
    expect(read.summary.diagnostics).toEqual([])
  })

  it('gives the same facts however the source hands out its bytes', async () => {
    const file = exchange().file()
    const whole = await readBytes(file)
    for (const step of [1, 2, 7, 64, 1000]) expect((await readBytes(file, {}, step)).connections).toEqual(whole.connections)
  })

  it('takes several captures one after the other, as cat makes them', async () => {
    const [a, b, c] = [exchange(), new Wire(), new Wire()]
    b.pause(1000)
      .talk({ client: { ip: '10.0.0.3', port: 50_000 } })
      .opens()
    c.pause(2000)
      .talk({ client: { ip: '10.0.0.4', port: 50_000 } })
      .opens()
    const read = await readBytes(octets(a.file(), pcap(b.packets, { order: 'big' }), pcap(c.packets, { kuznetzov: true })))
    expect(captureOf(read)).toMatchObject({ packets: 14, truncated: false })
    expect(read.connections.map(({ connection }) => [connection.client.ip, connection.first.packet])).toEqual([
      ['10.0.0.2', 1],
      ['10.0.0.3', 9],
      ['10.0.0.4', 12],
    ])
  })

  it('takes a pcapng behind a pcap, and the reverse', async () => {
    const { packets } = exchange()
    const both = await readBytes(octets(pcap(packets), pcapng(packets.map((p) => ({ ...p, at: p.at + 60_000_000_000n })))))
    expect(captureOf(both)).toMatchObject({ packets: 16, truncated: false })
    expect(both.connections.map(({ connection }) => connection.first.packet)).toEqual([1])
    const reverse = await readBytes(octets(pcapng(packets), pcap(packets)))
    expect(captureOf(reverse)).toMatchObject({ packets: 16, truncated: false })
  })

  it('does not take a packet of 2055 for the beginning of another capture', async () => {
    const { packets } = exchange()
    const later = packets.map((p) => ({ ...p, at: 0xa1b2c3d4n * 1_000_000_000n + (p.at % 1_000_000_000n) }))
    const read = await readBytes(pcap(later))
    expect(captureOf(read)).toMatchObject({ packets: 8, timeBase: 0xa1b2c3d4, truncated: false })
  })

  it('stops at a record that claims an impossible length, keeping what came before', async () => {
    const { packets } = exchange()
    const sound = pcap(packets)
    const damaged = octets(u32(0), u32(0), u32(0x7fff_ffff, 'little'), u32(0x7fff_ffff, 'little'), zeros(100))
    const read = await readBytes(octets(sound, damaged))
    expect(captureOf(read)).toMatchObject({ packets: 8, truncated: true })
    expect(codesOf(read)).toEqual(['damaged-record'])
    expect(read.summary.diagnostics[0]).toMatchObject({ severity: 'error', packet: 9, offset: sound.length })
    expect(summary(only(read))).toEqual(['GET / → 200'])
  })

  it('takes the frame check sequence off where the header says that frames have one', async () => {
    const wire = new Wire()
    const talk = wire.talk().opens()
    talk.client.says(get('/'))
    const withFcs = wire.packets.map((p) => ({ at: p.at, data: octets(p.data, [1, 2, 3, 4]), wireLength: p.wireLength + 4 }))
    // Two 16-bit words of FCS, and the bit that says so.
    const read = await readBytes(pcap(withFcs, { linkType: (2 << 28) | 0x0400_0000 | 1 }))
    expect(captureOf(read).linkTypes).toEqual([1])
    expect(only(read).connection.bytes.client).toBe(get('/').length)
  })

  it('says so when the version is not 2, and reads on', async () => {
    const file = exchange().file()
    file.set(u16(3, 'little'), 4)
    const read = await readBytes(file)
    expect(codesOf(read)).toEqual(['pcap-version'])
    expect(read.connections).toHaveLength(1)
  })

  it('reads packets whose link type it does not know as packets, and says so once per few', async () => {
    const { packets } = exchange()
    const read = await readBytes(pcap(packets, { linkType: 147 }))
    expect(captureOf(read).packets).toBe(8)
    expect(read.connections).toEqual([])
    const unknown = read.summary.diagnostics.filter(({ code }) => code === 'unknown-link-type')
    expect(unknown).toHaveLength(6)
    expect(unknown.reduce((sum, { count }) => sum + count, 0)).toBe(8)
  })

  it('numbers packets and connections, and counts time, from where it is told', async () => {
    const read = await readBytes(exchange().file(), {
      packetsBefore: 100,
      firstConnectionId: 7,
      timeBase: 1_699_999_990 as never,
    })
    const { connection } = only(read)
    expect(connection.id).toBe(7)
    expect(connection.first).toEqual({ packet: 101, at: 10_001_000_000 })
    expect(captureOf(read)).toMatchObject({ packets: 8, timeBase: 1_699_999_990 })
  })

  it('keeps a record of a length the header does not promise', async () => {
    const record = pcapRecord({ at: START, data: zeros(70_000), wireLength: 10 }, {})
    const read = await readBytes(octets(pcapHeader({ snaplen: 96 }), record))
    expect(captureOf(read)).toMatchObject({ packets: 1, truncated: false })
  })
})
