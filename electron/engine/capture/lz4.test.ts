import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { lz4, lz4Repeating } from '../testing/lz4-file'
import { octets, seeded, u16, u32, zeros } from '../testing/octets'
import { captureOf, codesOf, readBytes } from '../testing/read'
import { Talk } from '../testing/wire'
import { Lz4Decoder } from './lz4'

const decoded = (file: Uint8Array, step = file.length): Uint8Array => {
  const decoder = new Lz4Decoder()
  const out: Uint8Array[] = []
  for (let at = 0; at < file.length; at += step) decoder.push(file.slice(at, at + step), out)
  return new Uint8Array(Buffer.concat(out))
}

/** `lz4 -9 -BD --content-size` 1.9.4 of four lines of a fox, three of a dog, the octets 0 to 31, and 300 times z. */
const FOX =
  '04224d186c403f02000000000000f46e000000ff1e54686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f672e202d0078040e008f20736c656570733b150018ff12000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f7a0100ff14507a7a7a7a7a00000000bfbf0e94'

describe('LZ4', () => {
  it.each([1, 7, 1000])('what the reference program packed comes out as it went in, %i octets at a time', (step) => {
    const out = decoded(new Uint8Array(Buffer.from(FOX, 'hex')), step)
    expect(createHash('md5').update(out).digest('hex')).toBe('3f43aee44435d2166b97b1da89272c36')
  })

  it('matches reach 64 KiB back, over as many blocks and however much came before', () => {
    const random = seeded(3)
    const unit = Uint8Array.from({ length: 65_535 }, () => random(256))
    const times = 40_000
    const out = decoded(lz4Repeating(unit, times))
    expect(out.length).toBe(unit.length + 64 * times)
    for (let i = unit.length; i < out.length; i += 997) expect(out[i]).toBe(out[i - unit.length])
  })

  it('a new frame does not reach into the one before', () => {
    const file = octets(
      lz4(zeros(100)),
      u32(0x184d2204, 'little'),
      0x60,
      0x70,
      0,
      u32(5, 'little'),
      0x0f,
      u16(50, 'little'),
      0,
      0,
    )
    expect(() => decoded(file)).toThrow('damaged')
  })

  it('hundreds of thousands of blocks of an octet take no time', () => {
    const content = zeros(300_000).fill(0x61)
    const file = lz4(content, 1)
    const began = performance.now()
    expect(decoded(file, 64 << 10).length).toBe(content.length)
    // Each of them moving 64 KiB would be 20 GB.
    expect(performance.now() - began).toBeLessThan(2000)
  })

  it('is unpacked as it is read', async () => {
    const file = new Talk().opens().closes().wire.file()
    const plain = await readBytes(file)
    for (const step of [undefined, 1, 50]) {
      const read = await readBytes(octets(lz4(file.subarray(0, 100)), lz4(file.subarray(100), 30)), {}, step)
      expect(captureOf(read)).toMatchObject({ compression: 'lz4', packets: 6, truncated: false })
      expect(read.connections).toEqual(plain.connections)
    }
  })

  it('damaged gives what came before', async () => {
    const file = lz4(new Talk().opens().closes().wire.file(), 100)
    // The second block claims to be compressed.
    file[7 + 104 + 3]! &= 0x7f
    const read = await readBytes(file)
    expect(codesOf(read)).toContain('damaged-compression')
    expect(captureOf(read)).toMatchObject({ packets: 1, truncated: true })
  })
})
