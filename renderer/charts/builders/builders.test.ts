import { describe, expect, it } from 'vitest'
import type { OriginTotals } from '../../../shared/model/audit'
import { isEmpty } from '../model'
import { causesChart, rankCauses } from './causes'
import { reuseByOrigin, wastedTimeByOrigin } from './origins'
import { shorten, shortOrigins } from './short-names'
import { timelineChart } from './timeline'

const origin = (name: string, some: Partial<OriginTotals>): OriginTotals => ({
  origin: name,
  connections: 1,
  connectionsWithExchanges: 1,
  exchanges: 1,
  reusedExchanges: 0,
  reuseRatio: 0,
  needed: 1,
  neededWithHttp2: 1,
  avoidable: 0,
  notJudged: 0,
  wastedRoundTrips: 0,
  wastedSeconds: 0,
  setupRoundTrips: 1,
  setupSeconds: 0.02,
  slowStartRoundTripsEstimate: 0,
  rttSeconds: 0.02,
  causes: {},
  product: null,
  ...some,
})

const origins = [
  origin('http://quiet.example', { exchanges: 0, reuseRatio: null }),
  origin('http://small.example', { exchanges: 4, reusedExchanges: 3, reuseRatio: 0.75, wastedSeconds: 2, avoidable: 3 }),
  origin('http://large.example', { exchanges: 90, reusedExchanges: 9, reuseRatio: 0.1, wastedSeconds: 0.5, avoidable: 1 }),
]

describe('reuse by origin', () => {
  it('has the busiest first and leaves out those without exchanges', () => {
    const model = reuseByOrigin(origins)
    expect(model.names).toEqual(['http://large.example', 'http://small.example'])
    expect(model.categories).toEqual(['large.example', 'small.example'])
    expect(model.series[0]?.values).toEqual([0.1, 0.75])
    expect(model.series[1]).toMatchObject({ tone: 'track', values: [0.9, 0.25] })
    expect(model.endLabels).toEqual(['10.0%', '75.0%'])
    expect(model.summary).toContain('http://small.example 75.0% of 4')
  })

  it('shows no more than asked for', () => {
    expect(reuseByOrigin(origins, 1).names).toEqual(['http://large.example'])
  })

  it('is not empty where nothing is reused: that is what it shows', () => {
    expect(isEmpty(reuseByOrigin([origin('http://a', {})]))).toBe(false)
    expect(isEmpty(reuseByOrigin([]))).toBe(true)
  })
})

it('ranks wasted time by origin, without those that waste none', () => {
  const model = wastedTimeByOrigin(origins)
  expect(model.names).toEqual(['http://small.example', 'http://large.example'])
  expect(model.endLabels).toEqual(['2.00 s', '500 ms'])
  expect(isEmpty(wastedTimeByOrigin([origin('http://a', {})]))).toBe(true)
})

it('makes hostile names harmless', () => {
  expect(reuseByOrigin([origin('http://\u202egpj.example', {})]).names).toEqual(['http://\ufffdgpj.example'])
})

describe('causes', () => {
  const causes = { 'client-closed': 3, 'keepalive-disabled': 9, http10: 3, reset: 0 }

  it('are ranked, ties in the audit’s order, zeros left out', () => {
    expect(rankCauses(causes).map(({ cause }) => cause)).toEqual(['keepalive-disabled', 'http10', 'client-closed'])
  })

  it('carry count and share', () => {
    const model = causesChart(causes)
    expect(model.categories[0]).toBe('Keep-alive disabled')
    expect(model.endLabels).toEqual(['9 · 60.0%', '3 · 20.0%', '3 · 20.0%'])
  })
})

describe('connections over time', () => {
  const buckets = [
    { from: 0, needed: 2, avoidable: 1, notJudged: 0 },
    { from: 30, needed: 0, avoidable: 4, notJudged: 1 },
  ]

  it('stack needed, avoidable and not judged', () => {
    const model = timelineChart({ bucketSeconds: 30, buckets })
    expect(model.series.map(({ tone, values }) => [tone, values])).toEqual([
      ['needed', [2, 0]],
      ['avoidable', [1, 4]],
      ['unjudged', [0, 1]],
    ])
    expect(model.summary).toBe('Connections opened over 1 min: 2 needed, 5 avoidable, 1 not judged.')
  })

  it('can be empty', () => {
    expect(isEmpty(timelineChart({ bucketSeconds: 1, buckets: [] }))).toBe(true)
  })
})

describe('short names', () => {
  it('lose a common scheme only', () => {
    expect(shortOrigins(['http://a', 'http://b'])).toEqual(['a', 'b'])
    expect(shortOrigins(['http://a', 'https://a'])).toEqual(['http://a', 'https://a'])
  })

  it('keep both ends', () => {
    const short = shorten('metrics.internal.example.com:9090', 20)
    expect(short).toHaveLength(20)
    expect(short.startsWith('metrics.')).toBe(true)
    expect(short.endsWith(':9090')).toBe(true)
  })
})
