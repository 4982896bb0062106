import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeBase } from '../../../shared/units'
import { Clock, resolutionOf, split, splitUnits } from './clock'

describe('time stamps', () => {
  it('if_tsresol counts in powers of ten, or of two with the top bit', () => {
    expect([0, 3, 6, 9, 12].map(resolutionOf)).toEqual([1, 1e3, 1e6, 1e9, 1e12])
    expect([0x80, 0x8a, 0xa0].map(resolutionOf)).toEqual([1, 1024, 2 ** 32])
  })

  it('64-bit units become seconds and nanoseconds exactly as with big integers', () => {
    const resolutions = fc.oneof(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 0x80, max: 0x80 + 63 }))
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), resolutions, (units, tsresol) => {
        const perSecond = (tsresol & 0x80) !== 0 ? 2n ** BigInt(tsresol & 0x7f) : 10n ** BigInt(tsresol)
        splitUnits(Number(units >> 32n), Number(units & 0xffff_ffffn), resolutionOf(tsresol))
        expect(split.nanoseconds).toBe(Number(((units % perSecond) * 1_000_000_000n) / perSecond))
        expect(split.seconds).toBe(Number(units / perSecond))
      }),
    )
  })

  it('a resolution beyond any clock gives zero and not nonsense', () => {
    splitUnits(0xffff_ffff, 0xffff_ffff, resolutionOf(0x7f))
    expect(Number.isFinite(split.seconds) && Number.isFinite(split.nanoseconds)).toBe(true)
  })

  it('the first packet sets the base unless it is given, and packets may go back in time', () => {
    const clock = new Clock(null)
    expect(clock.at(100, 5)).toBe(5)
    expect(clock.at(99, 999_999_999)).toBe(-1)
    expect(clock.base).toBe(100)
    expect(new Clock(timeBase(90)).at(100, 5)).toBe(10e9 + 5)
  })
})
