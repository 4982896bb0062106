/** Huffman-coded strings (RFC 7541 §5.2), four bits at a time. */
import { EOS, SYMBOLS_BY_LENGTH } from './huffman-code'

/**
 * One entry for each inner node of the code's tree and each four bits that can follow: the node reached in the low octet,
 * and the symbol met on the way, if any. Codes have five bits at least, so four bits never end two.
 */
const STEPS = new Int32Array(256 * 16)
const SYMBOL_SHIFT = 8
const HAS_SYMBOL = 1 << 16
const INVALID = -1
/** A string may end in this node: no more than seven bits of padding, all ones. */
const MAY_END = new Uint8Array(256)

/** Children of inner node n: 2n and 2n + 1. An inner node is its number, a symbol its complement. */
function tree(): Int32Array {
  const children = new Int32Array(512)
  let nodes = 1
  let code = 0
  let length = 0
  for (const [bits, symbols] of SYMBOLS_BY_LENGTH) {
    code *= 2 ** (bits - length)
    length = bits
    for (const symbol of symbols) {
      let node = 0
      for (let bit = bits - 1; bit > 0; bit--) {
        const at = 2 * node + ((code >>> bit) & 1)
        if (children[at] === 0) children[at] = nodes++
        node = children[at]!
      }
      children[2 * node + (code & 1)] = ~symbol
      code++
    }
  }
  return children
}

function fill(): void {
  const children = tree()
  for (let node = 0; node < 256; node++) {
    for (let nibble = 0; nibble < 16; nibble++) {
      let at = node
      let met = 0
      for (let bit = 3; bit >= 0 && at >= 0; bit--) {
        const next = children[2 * at + ((nibble >> bit) & 1)]!
        if (next === ~EOS) at = INVALID
        else if (next < 0) {
          met = HAS_SYMBOL | (~next << SYMBOL_SHIFT)
          at = 0
        } else at = next
      }
      STEPS[node * 16 + nibble] = at < 0 ? INVALID : met | at
    }
  }
  for (let node = 0, bits = 0; bits <= 7; bits++) {
    MAY_END[node] = 1
    node = children[2 * node + 1]!
  }
}
fill()

/** Octets that `length` coded ones can become at most: the shortest codes have five bits. */
export const longestDecoded = (length: number): number => Math.floor((length * 8) / 5)

/**
 * Decodes b[start, end) into `into`, which has room for {@link longestDecoded}. Returns the number of octets; −1 where the
 * code is broken: the end-of-string symbol inside, or padding that is longer than seven bits or not its beginning.
 */
export function decodeHuffman(b: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let node = 0
  let length = 0
  for (let p = start; p < end; p++) {
    const octet = b[p]!
    const high = STEPS[(node << 4) | (octet >> 4)]!
    if (high === INVALID) return -1
    if ((high & HAS_SYMBOL) !== 0) into[length++] = high >> SYMBOL_SHIFT
    const low = STEPS[((high & 0xff) << 4) | (octet & 15)]!
    if (low === INVALID) return -1
    if ((low & HAS_SYMBOL) !== 0) into[length++] = low >> SYMBOL_SHIFT
    node = low & 0xff
  }
  return MAY_END[node] === 1 ? length : -1
}
