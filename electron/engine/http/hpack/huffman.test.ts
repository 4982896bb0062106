import { describe, expect, it } from 'vitest'
import { decodeHuffman, longestDecoded } from './huffman'
import { EOS, SYMBOLS_BY_LENGTH } from './huffman-code'

/** Codes as RFC 7541 appendix B prints them: symbol, code, bits. The first and last of each length, and others picked at random. */
const PRINTED: readonly (readonly [number, number, number])[] = [
  [48, 0x0, 5],
  [116, 0x9, 5],
  [32, 0x14, 6],
  [117, 0x2d, 6],
  [58, 0x5c, 7],
  [122, 0x7b, 7],
  [38, 0xf8, 8],
  [90, 0xfd, 8],
  [33, 0x3f8, 10],
  [63, 0x3fc, 10],
  [39, 0x7fa, 11],
  [124, 0x7fc, 11],
  [35, 0xffa, 12],
  [62, 0xffb, 12],
  [0, 0x1ff8, 13],
  [126, 0x1ffd, 13],
  [94, 0x3ffc, 14],
  [125, 0x3ffd, 14],
  [60, 0x7ffc, 15],
  [123, 0x7ffe, 15],
  [92, 0x7fff0, 19],
  [208, 0x7fff2, 19],
  [128, 0xfffe6, 20],
  [1, 0x7fffd8, 23],
  [9, 0xffffea, 24],
  [2, 0xfffffe2, 28],
  [249, 0xffffffe, 28],
  [10, 0x3ffffffc, 30],
  [22, 0x3ffffffe, 30],
]

function encode(codes: readonly (readonly [code: number, bits: number])[]): Uint8Array {
  const bits = codes.map(([code, length]) => code.toString(2).padStart(length, '0')).join('')
  const whole = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1')
  return Uint8Array.from(whole.match(/.{8}/g) ?? [], (octet) => Number.parseInt(octet, 2))
}

function decode(coded: Uint8Array): number[] | null {
  const into = new Uint8Array(longestDecoded(coded.length))
  const length = decodeHuffman(coded, 0, coded.length, into)
  return length < 0 ? null : [...into.subarray(0, length)]
}

describe('the Huffman code', () => {
  it('has every octet and the end of string once, and is complete', () => {
    const symbols = [...SYMBOLS_BY_LENGTH.values()].flat()
    expect([...symbols].sort((a, b) => a - b)).toEqual(Array.from({ length: EOS + 1 }, (_, i) => i))
    let room = 0
    for (const [bits, { length }] of SYMBOLS_BY_LENGTH) room += length / 2 ** bits
    expect(room).toBe(1)
  })

  it.each(PRINTED)('octet %i is %i in %i bits', (symbol, code, bits) => {
    expect(decode(encode([[code, bits]]))).toEqual([symbol])
    expect(
      decode(
        encode([
          [0, 5],
          [code, bits],
          [code, bits],
          [9, 5],
        ]),
      ),
    ).toEqual([48, symbol, symbol, 116])
  })

  it('takes an empty string', () => {
    expect(decode(new Uint8Array(0))).toEqual([])
  })

  it('refuses more than seven bits of padding, and padding that is not all ones', () => {
    expect(decode(Uint8Array.of(0xff))).toBeNull()
    expect(decode(Uint8Array.of(0x07))).toEqual([48])
    expect(decode(Uint8Array.of(0x06))).toBeNull()
    expect(decode(Uint8Array.of(0x07, 0xff))).toBeNull()
  })

  it('refuses the end-of-string symbol', () => {
    expect(decode(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toBeNull()
  })
})
