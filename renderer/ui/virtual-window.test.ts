import { describe, expect, it } from 'vitest'
import { scrollTopFor, TALLEST, windowOf } from './virtual-window'

const list = { viewHeight: 300, rowHeight: 30, total: 1000, overscan: 2 }

describe('the rows in view', () => {
  it('start at the top', () => {
    expect(windowOf({ ...list, scrollTop: 0 })).toEqual({ first: 0, last: 11, top: 0, height: 30_000 })
  })

  it('include the overscan on both sides', () => {
    const view = windowOf({ ...list, scrollTop: 3000 })
    expect([view.first, view.last, view.top]).toEqual([98, 111, 2940])
  })

  it('end with the list', () => {
    expect(windowOf({ ...list, scrollTop: 1e9 }).last).toBe(999)
  })

  it('are none in an empty list', () => {
    const view = windowOf({ ...list, total: 0, scrollTop: 0 })
    expect(view.last).toBeLessThan(view.first)
    expect(view.height).toBe(0)
  })

  it('reach both ends of a list taller than a browser can draw', () => {
    const long = { ...list, total: 5_000_000 }
    expect(windowOf({ ...long, scrollTop: 0 }).first).toBe(0)
    const end = windowOf({ ...long, scrollTop: TALLEST - 300 })
    expect(end.height).toBe(TALLEST)
    expect(end.last).toBe(4_999_999)
    // The last row's bottom is the scrolled area's.
    expect(end.top + (end.last - end.first + 1) * 30).toBeCloseTo(TALLEST, 3)
  })
})

describe('scrolling to a row', () => {
  it('moves no further than needed', () => {
    expect(scrollTopFor(5, { ...list, scrollTop: 0 })).toBe(0)
    expect(scrollTopFor(10, { ...list, scrollTop: 0 })).toBe(30)
    expect(scrollTopFor(2, { ...list, scrollTop: 600 })).toBe(60)
  })

  it('finds it in a scaled list', () => {
    const long = { ...list, total: 5_000_000 }
    const view = windowOf({ ...long, scrollTop: scrollTopFor(2_500_000, { ...long, scrollTop: 0 }) })
    expect(view.first).toBeLessThanOrEqual(2_500_000)
    expect(view.last).toBeGreaterThanOrEqual(2_500_000)
  })
})
