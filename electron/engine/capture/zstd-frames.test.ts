import { describe, expect, it } from 'vitest'
import { octets, u32, zeros } from '../testing/octets'
import { captureOf, codesOf, readBytes } from '../testing/read'
import { Talk } from '../testing/wire'
import { skippable, zstd } from '../testing/zstd-file'
import { ZstdFrames } from './zstd-frames'

const MAGIC = u32(0xfd2fb528, 'little')
/** A window of 128 MiB, one raw block of an octet after the other. */
const tiny = (blocks: number): Uint8Array =>
  octets(MAGIC, 0x00, 17 << 3, ...Array.from({ length: blocks }, () => octets((1 << 3) | 0, 0, 0, 0x61)))
const GIGABYTE = octets(MAGIC, 0x00, 0xa0, 0x0b, 0x00, 0x00, 0x41, zeros(8))

const file = new Talk().opens().closes().wire.file()

describe('the frames of a Zstandard file', () => {
  it('are followed over blocks, checksums and skippable frames, however they are cut', () => {
    // A frame with a checksum: one run-length block, the last, of 300 octets.
    const summed = octets(MAGIC, 0x04, 7 << 3, (300 << 3) & 0xff, (300 >> 5) & 0xff, 0, 0x61, zeros(4))
    summed[6]! |= 0x03
    const all = octets(zstd(zeros(1000), 100), skippable(zeros(50)), summed, zstd(zeros(5)))
    for (const step of [1, 3, all.length]) {
      const frames = new ZstdFrames()
      for (let at = 0; at < all.length; at += step) frames.pass(all.subarray(at, at + step))
      // It stands where a frame begins: one that asks for too much is seen.
      expect(frames.refusal).toBeNull()
      expect(frames.pass(GIGABYTE)).toBe(0)
      expect(frames.refusal).toContain('window beyond 128 MiB')
    }
  })

  it('that ask for a gigabyte later in the file end it: what came before was read', async () => {
    const read = await readBytes(octets(zstd(file), GIGABYTE))
    expect(codesOf(read)).toContain('damaged-compression')
    expect(captureOf(read)).toMatchObject({ packets: 6, truncated: true })
  })

  it('of tiny blocks in a large window are given up before they take all day', () => {
    const frames = new ZstdFrames()
    frames.pass(tiny(200))
    expect(frames.refusal).toBeNull()
    frames.gave(200)
    frames.pass(tiny(100).subarray(6))
    expect(frames.refusal).toContain('too small blocks')
  })

  it('of blocks as the reference makes them are not', () => {
    const frames = new ZstdFrames()
    // 128 KiB a block in a window of 128 MiB: `zstd --ultra -22 --long=27`.
    const block = octets(((128 << 10) << 3) & 0xff, ((128 << 10) >> 5) & 0xff, (128 << 10) >> 13, zeros(128 << 10))
    frames.pass(octets(MAGIC, 0x00, 17 << 3))
    for (let i = 0; i < 1000; i++) {
      frames.pass(block)
      frames.gave(128 << 10)
    }
    expect(frames.refusal).toBeNull()
  })
})
