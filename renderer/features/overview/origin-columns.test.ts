import { expect, it } from 'vitest'
import type { OriginTotals, TurnsEstimate } from '../../../shared/model/audit'
import { originColumnsFor, sortOrigins } from './origin-columns'

const origin = (name: string, reuseRatio: number | null, estimate?: TurnsEstimate): OriginTotals =>
  ({ origin: name, reuseRatio, ...(estimate === undefined ? {} : { estimate }) }) as OriginTotals
const estimate = (turns: number, reuseRatio: number): TurnsEstimate => ({ connections: 1, turns, reusedTurns: 0, reuseRatio })

it('an estimate of reuse has its own column, and only where there is one', () => {
  const exact = [origin('http://a', 0.5)]
  const both = [...exact, origin('https://b', null, estimate(47, 0.872))]
  expect(originColumnsFor(exact).some(({ key }) => key === 'estimatedReuse')).toBe(false)
  const column = originColumnsFor(both).find(({ key }) => key === 'estimatedReuse')!
  expect(column.estimate).toBe(true)
  expect(both.map(column.text)).toEqual(['–', '≈ 87.2% of 47'])
})

it('is sorted by it, those without one last', () => {
  const all = [origin('a', 0.1), origin('b', null, estimate(9, 0.2)), origin('c', null, estimate(9, 0.9))]
  expect(sortOrigins(all, 'estimatedReuse', true).map((o) => o.origin)).toEqual(['c', 'b', 'a'])
})
