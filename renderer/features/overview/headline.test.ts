import { describe, expect, it } from 'vitest'
import type { Totals } from '../../../shared/model/audit'
import { headlineOf } from './headline'

const totals: Totals = {
  connections: 40,
  connectionsWithExchanges: 40,
  exchanges: 48,
  reusedExchanges: 8,
  reuseRatio: 8 / 48,
  needed: 9,
  neededWithHttp2: 6,
  avoidable: 31,
  notJudged: 0,
  wastedRoundTrips: 31,
  wastedSeconds: 1.24,
  setupRoundTrips: 40,
  setupSeconds: 1.6,
  slowStartRoundTripsEstimate: 0,
}

describe('the headline', () => {
  it('says how many connections were avoidable, what they cost and why', () => {
    expect(headlineOf({ totals, causes: { 'keepalive-disabled': 20, 'client-closed': 11 } })).toEqual({
      mood: 'waste',
      title: '31 of 40 connections need not have been opened.',
      text: 'They spent 31 round trips and 1.24 s on setup before a request could be sent. Most often because: keep-alive disabled (20 of 31).',
    })
  })

  it('counts only judged connections', () => {
    const { title, text } = headlineOf({ totals: { ...totals, notJudged: 2, connections: 42 }, causes: {} })
    expect(title).toBe('31 of 40 judged connections need not have been opened.')
    expect(text).toContain('2 connections could not be judged.')
  })

  it('says when nothing was wasted', () => {
    const healthy = { ...totals, avoidable: 0, needed: 40, wastedRoundTrips: 0, wastedSeconds: 0 }
    expect(headlineOf({ totals: healthy, causes: {} })).toMatchObject({
      mood: 'healthy',
      title: 'All 40 connections were needed.',
    })
  })

  it('says of encrypted connections what is known of them', () => {
    const encryptedTotals = { resumed: 7, setupRoundTrips: 17, setupSeconds: 0.34 }
    const blind = { ...totals, connections: 8, needed: 0, avoidable: 0, notJudged: 8 }
    expect(headlineOf({ totals: blind, causes: {}, encrypted: 8, encryptedTotals })).toEqual({
      mood: 'unknown',
      title: 'All 8 connections are encrypted.',
      text: 'Setting them up took 17 round trips and 340 ms; 7 of the TLS sessions were resumed. Whether they were needed shows once their requests can be read.',
    })
    expect(headlineOf({ totals: { ...blind, connections: 10 }, causes: {}, encrypted: 8, encryptedTotals }).title).toBe(
      '8 of 10 connections are encrypted, and none could be judged.',
    )
    const one = headlineOf({
      totals: { ...blind, connections: 1 },
      causes: {},
      encrypted: 1,
      encryptedTotals: { resumed: 0, setupRoundTrips: 2, setupSeconds: 0.04 },
    })
    expect(one.title).toBe('The one connection is encrypted.')
    expect(one.text).toContain('Setting it up took 2 round trips and 40 ms; its TLS session was a new one.')
  })

  it('says when nothing can be said', () => {
    expect(headlineOf({ totals: { ...totals, needed: 0, avoidable: 0, notJudged: 40 }, causes: {} }).mood).toBe('unknown')
    expect(headlineOf({ totals: { ...totals, connections: 0 }, causes: {} }).title).toBe(
      'There are no connections in this capture.',
    )
  })
})
