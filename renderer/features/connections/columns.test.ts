import { describe, expect, it } from 'vitest'
import type { ConnectionRow } from '../../../shared/model/audit'
import { cellHint, columnsFor, connectionColumns, endpointText, gridTemplate } from './columns'

describe('the columns', () => {
  it('are all there in a wide table', () => {
    expect(columnsFor(2000)).toEqual(connectionColumns)
  })

  it('go by rank where there is no room, and keep their order', () => {
    const keys = columnsFor(760).map(({ key }) => key)
    expect(keys.slice(0, 4)).toEqual(['id', 'openedAt', 'verdict', 'origin'])
    expect(keys).toContain('exchanges')
    expect(keys).not.toContain('server')
    expect(columnsFor(760).reduce((sum, { width }) => sum + width + 12, 12)).toBeLessThanOrEqual(760)
  })

  it('never lose the essential ones', () => {
    expect(columnsFor(100).map(({ key }) => key)).toEqual(['id', 'openedAt', 'verdict', 'origin'])
  })
})

describe('exchanges of encrypted connections', () => {
  const column = connectionColumns.find(({ key }) => key === 'exchanges')!
  const row = (exchanges: number, estimatedTurns?: number): ConnectionRow =>
    ({ exchanges, ...(estimatedTurns === undefined ? {} : { estimatedTurns }) }) as ConnectionRow

  it('are an estimate, and say so', () => {
    expect([row(0, 8), row(0, 0), row(0), row(3, 2), row(3)].map(column.text)).toEqual(['≈ 8', '0', '0', '3', '3'])
    expect(cellHint(column, row(0, 8))).toContain('Estimate')
    expect(cellHint(column, row(3))).toBeUndefined()
  })
})

it('makes a grid of fixed and growing columns', () => {
  expect(gridTemplate(columnsFor(100))).toBe('56px 84px minmax(176px, 1fr) minmax(150px, 2fr)')
})

it('brackets IPv6 addresses', () => {
  expect(endpointText({ ip: '10.0.0.2', port: 80 })).toBe('10.0.0.2:80')
  expect(endpointText({ ip: '2001:db8::1', port: 80 })).toBe('[2001:db8::1]:80')
})
