import { expect, it } from 'vitest'
import { slowStartRoundTrips } from './slow-start'
import { GapBook } from './timers'
import { tolerance } from './tolerance'

const SECOND = 1e9

it('a gap recurs when another is within a tenth or half a second', () => {
  const book = new GapBook()
  for (const s of [5, 5.4, 60, 20]) book.add(s * SECOND)
  expect(book.recurring(5 * SECOND)).toMatchObject({ count: 2 })
  expect(book.recurring(60 * SECOND)).toBeNull()
})

it('short gaps are told apart more finely: half a second would match anything', () => {
  expect(tolerance(0.4 * SECOND)).toBe(0.1 * SECOND)
  expect(tolerance(4 * SECOND)).toBe(0.5 * SECOND)
  expect(tolerance(60 * SECOND)).toBe(6 * SECOND)
})

it('slow start: 10 segments, then 20, then 40', () => {
  expect([0, 14_600, 14_601, 43_800, 43_801, 102_200, 102_201].map(slowStartRoundTrips)).toEqual([0, 0, 1, 1, 2, 2, 3])
})
