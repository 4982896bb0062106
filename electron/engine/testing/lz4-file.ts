/** LZ4 frames (lz4_Frame_format.md) of stored or of compressed blocks without checksums: as simple as they can be. */
import { octets, u16, u32 } from './octets'

const HEAD = octets(u32(0x184d2204, 'little'), 0x40, 0x70, 0)
const END = u32(0, 'little')

const block = (data: Uint8Array, stored: boolean): Uint8Array =>
  octets(u32((stored ? 0x8000_0000 : 0) + data.length, 'little'), data)

/** The content as it is, in blocks of so many octets. Blocks depend on one another, as far as stored ones can. */
export function lz4(content: Uint8Array, blockSize = 64 << 10): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let at = 0; at < content.length; at += blockSize) blocks.push(block(content.subarray(at, at + blockSize), true))
  return new Uint8Array(Buffer.concat([HEAD, ...blocks, END]))
}

/** The first `unit` octets, then so many blocks that each repeat what lies so far back, 64 octets at a time. */
export function lz4Repeating(unit: Uint8Array, times: number, distance = unit.length): Uint8Array {
  // A match of 64 octets: 4 + 15 + 45; then a sequence of literals alone, of which there are none (lz4_Block_format.md).
  const match = block(octets(0x0f, u16(distance, 'little'), 45, 0x00), false)
  return new Uint8Array(Buffer.concat([HEAD, block(unit, true), ...Array.from({ length: times }, () => match), END]))
}
