/** Zstandard frames without compression (RFC 8878 §3.1.1): raw blocks, for want of an encoder in Node 20. */
import { octets, u32 } from './octets'

const LARGEST_BLOCK = 128 << 10

export function zstd(content: Uint8Array, blockSize = LARGEST_BLOCK): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let at = 0; at < content.length || at === 0; at += blockSize) {
    const data = content.subarray(at, at + blockSize)
    const last = at + blockSize >= content.length ? 1 : 0
    // Three octets, little-endian: last block, type 0 (raw), size.
    blocks.push(u32((data.length << 3) | last, 'little').subarray(0, 3), data)
  }
  // Frame header: four octets of content size, a window descriptor of 128 KiB (exponent 7).
  return octets(u32(0xfd2fb528, 'little'), 0x80, 7 << 3, u32(content.length, 'little'), ...blocks)
}

/** A skippable frame (§3.1.2), as pzstd and seekable archives have them. */
export const skippable = (content: Uint8Array): Uint8Array =>
  octets(u32(0x184d2a50, 'little'), u32(content.length, 'little'), content)
