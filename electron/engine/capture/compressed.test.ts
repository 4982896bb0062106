import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { InputError } from '../source'
import { get, ok } from '../testing/http'
import { octets, seeded, zeros } from '../testing/octets'
import { pcapng } from '../testing/pcapng-file'
import { captureOf, codesOf, only, readBytes } from '../testing/read'
import { Wire } from '../testing/wire'
import { skippable, zstd } from '../testing/zstd-file'

function wire(bodies = 1): Wire {
  const made = new Wire()
  const talk = made.talk().opens()
  const random = seeded(1)
  for (let i = 0; i < bodies; i++) {
    talk.client.says(get(`/${i}`))
    talk.server.says(ok(String.fromCharCode(...Array.from({ length: 1000 }, () => random(256)))))
  }
  talk.closes()
  return made
}

describe('compressed captures', () => {
  it.each([
    { name: 'gzip', compression: 'gzip', pack: (content: Uint8Array) => gzipSync(content) },
    { name: 'zstd', compression: 'zstd', pack: (content: Uint8Array) => zstd(content) },
    { name: 'zstd in many blocks', compression: 'zstd', pack: (content: Uint8Array) => zstd(content, 100) },
    {
      name: 'zstd after a skippable frame',
      compression: 'zstd',
      pack: (content: Uint8Array) => octets(skippable(zeros(9)), zstd(content)),
    },
  ])('$name is unpacked as it is read', async ({ compression, pack }) => {
    const { packets } = wire(3)
    for (const [format, file] of [
      ['pcap', wire(3).file()],
      ['pcapng', pcapng(packets, { tsresol: 9 })],
    ] as const) {
      const plain = await readBytes(file)
      for (const step of [undefined, 1, 100]) {
        const read = await readBytes(pack(file), {}, step)
        expect(captureOf(read)).toMatchObject({ format, compression, packets: 12, truncated: false })
        expect(read.connections).toEqual(plain.connections)
      }
    }
  })

  it('gzip members one after the other are one capture', async () => {
    const file = wire().file()
    const read = await readBytes(octets(gzipSync(file.subarray(0, 200)), gzipSync(file.subarray(200))))
    expect(captureOf(read)).toMatchObject({ packets: 8, truncated: false })
  })

  it('zstd frames one after the other are one capture', async () => {
    const file = wire().file()
    const read = await readBytes(octets(zstd(file.subarray(0, 200)), zstd(file.subarray(200))))
    expect(captureOf(read)).toMatchObject({ packets: 8, truncated: false })
  })

  it.each([
    { name: 'gzip', pack: (content: Uint8Array) => gzipSync(content, { level: 0 }) },
    { name: 'zstd', pack: (content: Uint8Array) => zstd(content, 100) },
  ])('$name cut short gives the packets before the cut', async ({ pack }) => {
    const packed = pack(wire(50).file())
    const read = await readBytes(octets(packed.subarray(0, packed.length / 2)))
    const { packets, truncated } = captureOf(read)
    expect(truncated).toBe(true)
    expect(packets).toBeGreaterThan(40)
    expect(packets).toBeLessThan(60)
    expect(only(read).exchanges.length).toBeGreaterThan(20)
    expect(codesOf(read).some((code) => code === 'damaged-compression' || code === 'truncated-file')).toBe(true)
  })

  it('a checksum that does not match is damage, not silence', async () => {
    // Octet by octet is slow, whoever unpacks: a smaller capture shows the same.
    for (const [step, exchanges] of [
      [undefined, 600],
      [1, 30],
      [8, 200],
      [1000, 600],
    ] as const) {
      const made = wire(exchanges)
      const packed = gzipSync(made.file())
      packed[packed.length - 8]! ^= 0xff
      const read = await readBytes(octets(packed), {}, step)
      expect(captureOf(read)).toMatchObject({ truncated: true, packets: made.packets.length })
      expect(codesOf(read)).toContain('damaged-compression')
      expect(only(read).exchanges).toHaveLength(exchanges)
    }
  })

  it('gzip damaged in the middle gives what came before, but for the last few kilobytes', async () => {
    const file = wire(600).file()
    const packed = gzipSync(file, { level: 0 })
    // Stored blocks (RFC 1951 §3.2.4) of at most 65,535 octets: the sixth one's length no longer agrees with its complement.
    const block = 10 + 5 * (5 + 65_535)
    packed[block + 1]! ^= 0xff
    const read = await readBytes(packed)
    expect(codesOf(read)).toContain('damaged-compression')
    const lost = 5 * 65_535 - 32_768
    expect(captureOf(read).packets).toBeGreaterThan((captureOf(await readBytes(file)).packets * lost) / file.length)
  })

  it('refuses what holds no capture', async () => {
    const refused = async (content: Uint8Array): Promise<InputError> => {
      const error: unknown = await readBytes(content).catch((e: unknown) => e)
      expect(error).toBeInstanceOf(InputError)
      return error as InputError
    }
    expect((await refused(gzipSync('no capture at all'))).code).toBe('unknown-format')
    expect((await refused(zstd(octets('no capture at all')))).code).toBe('unknown-format')
    expect((await refused(octets([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], zeros(40).fill(0xff)))).code).toBe('unreadable')
    expect((await refused(brotliCompressSync('no capture at all'))).code).toBe('unknown-format')
    expect((await refused(zeros(0))).message).toBe('test.pcap is empty.')
    expect((await refused(octets('snoop', zeros(6), 2))).message).toContain('editcap')
    expect((await refused(octets('PK\x03\x04'))).message).toContain('ZIP')
  })

  it('a bomb does not fill memory: zeros expand into one damaged capture', async () => {
    const bomb = gzipSync(octets(wire().file(), zeros(64 << 20)))
    const before = process.memoryUsage().rss
    const read = await readBytes(bomb)
    expect(captureOf(read).packets).toBeGreaterThan(8)
    expect(process.memoryUsage().rss - before).toBeLessThan(400 << 20)
  })
})

describe('compressed files that would take what they are not given', () => {
  it('zeros behind the last gzip member, as of a preallocated file, are left alone', async () => {
    const file = wire().file()
    const packed = captureOf(await readBytes(octets(gzipSync(file), zeros(512))))
    expect(packed.packets).toBe(captureOf(await readBytes(file)).packets)
  })

  it('a Zstandard frame that asks for a window of a gigabyte is refused', async () => {
    // Magic, descriptor, window descriptor with exponent 20, and one block of a byte.
    const file = octets([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x0b, 0x00, 0x00, 0x41], zeros(8))
    await expect(readBytes(file)).rejects.toThrow('window beyond 128 MiB')
  })
})
