import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOctets } from '../testing/packets'
import { addressText } from './address'

type Words = [number, number, number, number]
const wordsOf = (octets: Uint8Array): Words => {
  const view = new DataView(octets.buffer)
  return [0, 4, 8, 12].map((at) => view.getUint32(at)) as Words
}

/** The URL parser writes addresses in the canonical form too (WHATWG URL, which follows RFC 5952 §4). */
const byUrl = (text: string): string => new URL(`http://[${text}]/`).hostname.slice(1, -1)

describe('addresses as text', () => {
  it.each([
    // RFC 5952 §4.1: no leading zeros; §4.2.1: shorten as far as possible; §4.2.2: not one group alone; §4.2.3: the longest, then the first.
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['FE80:0:0:0:ABCD:0:0:1', 'fe80::abcd:0:0:1'],
    // §5: an IPv4 address inside.
    ['0:0:0:0:0:ffff:0a00:0002', '::ffff:10.0.0.2'],
    ['0:0:0:0:0:0:0a00:0002', '::10.0.0.2'],
    ['0:0:0:0:1:ffff:0a00:0002', '::1:ffff:a00:2'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ])('%s is %s', (long, canonical) => {
    expect(addressText(wordsOf(addressOctets(long)), 16)).toBe(canonical)
  })

  it('is as the URL standard writes it, for any address', () => {
    // Zeros must be frequent for the runs to matter.
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        // The URL standard knows no dotted quads.
        fc.pre(groups.slice(0, 5).some((g) => g !== 0))
        const words = [0, 2, 4, 6].map((i) => ((groups[i]! << 16) | groups[i + 1]!) >>> 0) as Words
        const text = addressText(words, 16)
        expect(isIPv6(text)).toBe(true)
        expect(text).toBe(byUrl(groups.map((g) => g.toString(16)).join(':')))
      }),
    )
  })

  it('dotted quads', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const word = new DataView(addressOctets(text).buffer).getUint32(0)
        expect(addressText([0, 0, 0, word], 4)).toBe(text)
        expect(isIPv4(text)).toBe(true)
      }),
    )
  })
})
