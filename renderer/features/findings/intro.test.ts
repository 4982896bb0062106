import { describe, expect, it } from 'vitest'
import type { Totals } from '../../../shared/model/audit'
import { introOf, nothingFound } from './intro'

const totals: Totals = {
  connections: 12,
  connectionsWithExchanges: 0,
  exchanges: 0,
  reusedExchanges: 0,
  reuseRatio: null,
  needed: 0,
  neededWithHttp2: 0,
  avoidable: 0,
  notJudged: 12,
  wastedRoundTrips: 0,
  wastedSeconds: 0,
  setupRoundTrips: 0,
  setupSeconds: 0,
  slowStartRoundTripsEstimate: 0,
}
const encryptedTotals = { resumed: 0, setupRoundTrips: 24, setupSeconds: 0.515 }

describe('the findings, where there are none', () => {
  it('praise nothing that could not be judged, and say what is known and what would help', () => {
    const blind = { totals, findings: [], encrypted: 12, encryptedTotals }
    expect(introOf(blind)).toBe('No connection could be judged: without keys the requests cannot be read.')
    expect(nothingFound(blind)).toMatchObject({ title: 'Nothing could be judged', keyLog: true })
    expect(nothingFound(blind).text).toContain('12 connections are encrypted.')
    expect(nothingFound(blind).text).toContain('setting them up took 24 round trips and 515 ms')
    expect(nothingFound(blind).text).toContain('SSLKEYLOGFILE')
    expect(introOf({ totals, findings: [] })).toContain('does not show enough')
  })

  it('say of what was judged that nothing needs changing', () => {
    expect(introOf({ totals: { ...totals, needed: 12, notJudged: 0 }, findings: [] })).toBe('Nothing needs changing.')
    expect(introOf({ totals: { ...totals, needed: 1, notJudged: 11 }, findings: [] })).toBe(
      'Nothing needs changing among 1 judged connection. 11 connections could not be judged.',
    )
  })
})
