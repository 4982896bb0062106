import { describe, expect, it } from 'vitest'
import { KeyLog } from '../tls/keylog'
import { CLIENT, SERVER } from './role'
import { SegmentSizes } from './segment-sizes'

/** Asks for the length of what was captured in one piece, and counts what was tried. */
class Asked {
  tries = 0
  find(sizes: SegmentSizes, length: number, right: number, offset = 0, role: 0 | 1 = SERVER): number {
    return sizes.find(role, offset, length, (size) => {
      this.tries++
      return size === right
    })
  }
}

describe('the length of datagrams captured in one piece', () => {
  it('is tried once, and known from then on to this connection and to others', () => {
    const keys = new KeyLog()
    const asked = new Asked()
    const sizes = new SegmentSizes(keys)
    expect(asked.find(sizes, 4000, 1252)).toBe(1252)
    expect(asked.tries).toBe(53)
    expect(asked.find(sizes, 4000, 1252)).toBe(1252)
    expect(asked.find(new SegmentSizes(keys), 9000, 1252, 0, CLIENT)).toBe(1252)
    expect(asked.tries).toBe(55)
  })

  it('is longer than what stands in front, and shorter than all', () => {
    const asked = new Asked()
    expect(asked.find(new SegmentSizes(new KeyLog()), 1300, 1250, 1249)).toBe(1250)
    expect(asked.tries).toBe(1)
    expect(asked.find(new SegmentSizes(new KeyLog()), 1200, 1200)).toBe(0)
    expect(asked.tries).toBe(1)
  })

  it('is found behind any number of ordinary packets that do not open', () => {
    const asked = new Asked()
    const sizes = new SegmentSizes(new KeyLog())
    for (let i = 0; i < 100; i++) expect(asked.find(sizes, 1400, 0)).toBe(0)
    expect(asked.tries).toBe(8 * 200)
    expect(asked.find(sizes, 4000, 1400)).toBe(1400)
    // And again, once that is known.
    for (let i = 0; i < 100; i++) asked.find(sizes, 4000, 0)
    expect(asked.find(sizes, 4000, 1400)).toBe(1400)
  })

  it('costs no more than so many trials over all connections', () => {
    const asked = new Asked()
    const keys = new KeyLog()
    for (let i = 0; i < 2000; i++) for (let k = 0; k < 9; k++) asked.find(new SegmentSizes(keys), 4000, 0)
    expect(asked.tries).toBeGreaterThan(99_000)
    expect(asked.tries).toBeLessThanOrEqual(100_000)
    for (let i = 0; i < 2000; i++) asked.find(new SegmentSizes(keys), 1400, 0)
    expect(asked.tries).toBeLessThanOrEqual(200_000)
  })

  it('those found by chance are bounded, too', () => {
    const asked = new Asked()
    const keys = new KeyLog()
    for (let i = 0; i < 5000; i++) asked.find(new SegmentSizes(keys), 4000, 1300 + (i % 200))
    // Eight at most that others had, for each, beside the trials of all.
    expect(asked.tries).toBeLessThanOrEqual(100_000 + 8 * 5000)
  })
})
