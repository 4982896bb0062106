import { describe, expect, it } from 'vitest'
import type { AuditSummary } from '../model/audit'
import type { Leg, LegEnd, StitchedLegs } from '../model/legs'
import { legEndPlace, legEndRole, legEndText, legPaths, onlyProxiesText, stitchedLines } from './legs'

const end = (role: LegEnd['role'], more: Partial<LegEnd> = {}): LegEnd => ({
  role,
  ip: '10.0.0.5',
  port: null,
  addresses: 1,
  product: null,
  ...more,
})
const leg = (id: number, front: number | null, more: Partial<Leg> = {}): Leg => ({
  id,
  kind: 'edge-origin',
  client: end('proxy'),
  server: end('server', { ip: '10.0.0.1', port: 80 }),
  front,
  confidence: 'high',
  evidence: [],
  connections: 12,
  exchanges: 12,
  reusedExchanges: 0,
  reuseRatio: 0,
  avoidable: 11,
  setupRoundTrips: 12,
  setupSeconds: 0.486,
  rttSeconds: 0.04,
  ...more,
})
const pair: StitchedLegs = {
  front: 0,
  back: [1],
  clockOffsetSeconds: 0,
  offsetEstimated: false,
  requests: 20,
  forwarded: 12,
  answeredByProxyRatio: 0.4,
  unexplained: 0,
  retries: 0,
  confidence: { exact: 0, high: 12, low: 0 },
  frontConnections: 1,
  backConnections: 12,
  frontReuseRatio: 11 / 12,
  backReuseRatio: 0,
  waitedForSetup: 12,
  setupSeconds: { total: 0.486, p50: 0.04, p99: 0.041, max: 0.041 },
  slowest: [],
  failures: [],
  failureCount: 0,
}

describe('ends', () => {
  it('by role, address and product', () => {
    expect(legEndText(end('proxy'))).toBe('the proxy at 10.0.0.5')
    expect(legEndText(end('user', { ip: null, addresses: 12 }))).toBe('users at 12 addresses')
    expect(legEndPlace(end('server', { ip: '2001:db8::1', port: 443 }))).toBe('[2001:db8::1]:443')
    expect(legEndRole(end('server', { product: 'nginx/1.22.1' }))).toBe('Server, nginx/1.22.1')
  })

  it('of a hostile product stay one line', () => {
    expect(legEndRole(end('server', { product: `x\n\u202e${'y'.repeat(500)}` }))).toMatch(/^[^\n\u202e]{1,80}$/)
  })
})

describe('paths', () => {
  it('go from users to origin', () => {
    const paths = legPaths([leg(0, null, { kind: 'browser-edge' }), leg(1, 0), leg(2, 0), leg(3, 1)])
    expect(paths.map((path) => path.map(({ id }) => id))).toEqual([
      [0, 2],
      [0, 1, 3],
    ])
  })

  it('leave out what has no proxy, and end where legs run in a circle', () => {
    expect(legPaths([leg(0, null, { kind: 'direct' })])).toEqual([])
    expect(legPaths([leg(0, 1), leg(1, 0), leg(2, 1)]).map((path) => path.map(({ id }) => id))).toEqual([[0, 1, 2]])
  })
})

describe('what is audited', () => {
  const summary = (...legs: readonly Leg[]): AuditSummary => ({ legs }) as unknown as AuditSummary
  it('is the proxy’s leg where nothing else was captured', () => {
    expect(onlyProxiesText(summary(leg(0, null)))).toContain('between the proxy at 10.0.0.5 and what is behind')
  })
  it('is said of nothing else', () => {
    expect(onlyProxiesText(summary(leg(0, null), leg(1, null, { client: end('user') })))).toBeNull()
    expect(onlyProxiesText(summary())).toBeNull()
  })
})

describe('joined legs', () => {
  it('in sentences', () => {
    expect(stitchedLines(pair)).toEqual([
      '12 of 20 requests of users went on behind the proxy, which answered 40.0% itself.',
      'They came on 1 connection and went on over 12; 91.7% found one open in front of the proxy, 0% behind it.',
      '12 requests waited while a connection behind the proxy was opened: 486 ms in all; over all requests 40 ms (median) and 41 ms (99th percentile).',
      'Requests matched: 12 as the only one that fits.',
    ])
  })

  it('with what went wrong', () => {
    const lines = stitchedLines({
      ...pair,
      failureCount: 2,
      retries: 1,
      unexplained: 3,
      offsetEstimated: true,
      clockOffsetSeconds: -0.25,
    })
    expect(lines.join(' ')).toMatch(/2 requests failed for users .* 1 request again .* 3 requests behind .* 250 ms apart/)
  })
})
