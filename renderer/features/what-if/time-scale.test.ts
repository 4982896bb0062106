import { describe, expect, it } from 'vitest'
import { LAST, placeOf, secondsAt } from './time-scale'

describe("the time-out's slider", () => {
  it('goes from a tenth of a second to an hour, and then to none', () => {
    expect(secondsAt(0)).toBe(0.1)
    expect(secondsAt(LAST - 1)).toBe(3600)
    expect(secondsAt(LAST)).toBeNull()
    expect(placeOf(null)).toBe(LAST)
  })

  it('finds the place of every value it gives, and never goes back', () => {
    let before = 0
    for (let place = 0; place < LAST; place++) {
      const seconds = secondsAt(place)!
      expect(Math.abs(placeOf(seconds) - place)).toBeLessThanOrEqual(1)
      expect(seconds).toBeGreaterThanOrEqual(before)
      before = seconds
    }
  })

  it('takes values beyond its ends to them', () => {
    expect(placeOf(0)).toBe(0)
    expect(placeOf(86_400)).toBe(LAST - 1)
  })
})
