/** Octets for tests: numbers in either byte order, and pieces put together. */

export type Order = 'big' | 'little'
/** Text is taken as ISO 8859-1, a number as one octet. */
export type Part = Uint8Array | string | number | readonly number[]

export function octets(...parts: readonly Part[]): Uint8Array {
  const buffers = parts.map((part) => {
    if (typeof part === 'string') return Buffer.from(part, 'latin1')
    return typeof part === 'number' ? Buffer.of(part) : Buffer.from(part)
  })
  return new Uint8Array(Buffer.concat(buffers))
}

export function u16(value: number, order: Order = 'big'): Uint8Array {
  const result = new Uint8Array(2)
  new DataView(result.buffer).setUint16(0, value, order === 'little')
  return result
}

export function u32(value: number, order: Order = 'big'): Uint8Array {
  const result = new Uint8Array(4)
  new DataView(result.buffer).setUint32(0, value, order === 'little')
  return result
}

export function i64(value: bigint, order: Order = 'big'): Uint8Array {
  const result = new Uint8Array(8)
  new DataView(result.buffer).setBigInt64(0, value, order === 'little')
  return result
}

export const zeros = (length: number): Uint8Array => new Uint8Array(length)

/** Zero octets up to a multiple of `unit`. */
export const padded = (data: Uint8Array, unit = 4): Uint8Array => octets(data, zeros((unit - (data.length % unit)) % unit))

/** The same numbers every time: mulberry32, seeded. Gives integers in [0, below). */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
