import { expect, it } from 'vitest'
import { AS_IT_WAS } from '../../../shared/testing/what-if'
import { outcomeRows } from './outcome-rows'

const before = AS_IT_WAS

it('tells what is saved from what it costs', () => {
  const rows = outcomeRows(before, { ...before, connections: 10, setupSeconds: 2, idleConnectionSeconds: 900 })
  const row = (id: string) => rows.find((one) => one.id === id)
  expect(row('connections')).toMatchObject({ before: '40', after: '10', difference: '−30 (−75.0%)', tone: 'better' })
  expect(row('setupSeconds')).toMatchObject({ difference: '+400 ms (+25.0%)', tone: 'worse' })
  expect(row('idleConnectionSeconds')).toMatchObject({ tone: 'cost' })
  expect(row('peakOpen')).toMatchObject({ difference: '', tone: 'same' })
  expect(row('waits')).toBeUndefined()
  expect(outcomeRows(before, { ...before, waits: 3 }).at(-1)).toMatchObject({ id: 'waits', difference: '+3', tone: 'cost' })
})
