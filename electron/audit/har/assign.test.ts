import { expect, it } from 'vitest'
import type { Blind, Told } from './assign'
import { assign } from './assign'

const blind = (id: number, openedAt: number, more: Partial<Blind> = {}): Blind => ({
  id,
  server: '192.0.2.1 443 shop.test',
  openedAt,
  lastAt: openedAt + 5000,
  bytes: 20_000,
  turns: 3,
  ...more,
})
const told = (id: number, openedAt: number, more: Partial<Told> = {}): Told => ({
  id,
  server: '192.0.2.1 443 shop.test',
  openedAt,
  measured: true,
  lastAt: openedAt + 1000,
  bytes: 19_000,
  requests: 3,
  ...more,
})

it('by server and opening', () => {
  const { pairs } = assign([blind(1, 0), blind(2, 500), blind(3, 500, { server: 'other' })], [told(11, 502), told(10, 1)])
  expect(pairs).toEqual(
    expect.arrayContaining([
      { har: 10, capture: 1 },
      { har: 11, capture: 2 },
    ]),
  )
  expect(pairs).toHaveLength(2)
})

it('of several that open together, by what they carried', () => {
  const connections = [blind(1, 0, { bytes: 5000, turns: 1 }), blind(2, 1, { bytes: 90_000, turns: 9 })]
  const { pairs } = assign(connections, [told(10, 0, { bytes: 88_000, requests: 9 }), told(11, 1, { bytes: 4000, requests: 1 })])
  expect(pairs).toEqual(
    expect.arrayContaining([
      { har: 10, capture: 2 },
      { har: 11, capture: 1 },
    ]),
  )
})

it('with clocks that are apart, as far as clocks are', () => {
  const apart = [100, 400, 900]
  const found = assign(
    apart.map((at, i) => blind(i, at + 150)),
    apart.map((at, i) => told(10 + i, at)),
  )
  expect(found.offset).toBe(150)
  expect(found.pairs).toHaveLength(3)
  expect(assign([blind(1, 3_600_000)], [told(10, 0)]).pairs).toEqual([])
})

it('not one that was closed before the HAR was done with it, nor one that carried far less', () => {
  expect(assign([blind(1, 0, { lastAt: 100 })], [told(10, 0)]).pairs).toEqual([])
  expect(assign([blind(1, 0, { bytes: 100 })], [told(10, 0, { bytes: 1e6 })]).pairs).toEqual([])
})

it('one opened ahead is the last that opened before the first request', () => {
  expect(assign([blind(1, 0), blind(2, 9000)], [told(10, 2000, { measured: false })]).pairs).toEqual([{ har: 10, capture: 1 }])
})

it('20,000 that all open at one moment are bounded work', () => {
  const count = 20_000
  const started = performance.now()
  const { pairs } = assign(
    Array.from({ length: count }, (_, i) => blind(i, 0)),
    Array.from({ length: count }, (_, i) => told(count + i, 0)),
  )
  expect(performance.now() - started).toBeLessThan(5000)
  expect(pairs.length).toBeGreaterThan(0)
})
