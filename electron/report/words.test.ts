import { describe, expect, it } from 'vitest'
import { CAPTURE, FINDING, NO_QUALITY, origin, SUMMARY, totals } from './testing/fixture'
import {
  captureText,
  causeShares,
  headline,
  impactText,
  meaning,
  originsByWaste,
  qualityLines,
  raceText,
  untoldRaces,
} from './words'

const graded = (needed: number, avoidable: number, connections = needed + avoidable) =>
  headline({
    ...SUMMARY,
    totals: totals({ needed, avoidable, connections, wastedRoundTrips: avoidable, wastedSeconds: avoidable * 0.02 }),
  })

describe('the headline', () => {
  it.each([
    [1, 1, 'bad', 'Most handshakes were avoidable'],
    [3, 1, 'mixed', '25.0% of handshakes were avoidable'],
    [99, 1, 'good', 'Few handshakes were avoidable'],
    [5, 0, 'good', 'No handshake was avoidable'],
  ])('%s needed, %s avoidable: %s', (needed, avoidable, grade, title) => {
    expect(graded(needed, avoidable)).toMatchObject({ grade, title })
  })

  it('counts in the singular too', () => {
    expect(graded(3, 1).detail).toBe(
      '1 of 4 connections could have been avoided by keeping earlier ones open. That cost 1 round trip and 20 ms of waiting.',
    )
    expect(graded(1, 0).detail).toBe('The one connection that could be judged was needed.')
  })

  it('does not call a ratio one of all requests where some are left out of it', () => {
    const some = { needed: 2, connections: 3, exchanges: 10, reusedExchanges: 8, reuseRatio: 0.5 }
    expect(headline({ ...SUMMARY, totals: totals(some) }).detail).toContain('50.0% of the requests that can be judged went over')
    expect(headline({ ...SUMMARY, totals: totals({ ...some, reuseRatio: 0.8 }) }).detail).toContain(
      '80.0% of 10 requests went over',
    )
  })

  it('judges nothing that it does not know', () => {
    expect(graded(0, 0, 0)).toMatchObject({ grade: 'unknown', title: 'No connections were found' })
    expect(graded(0, 0, 7)).toMatchObject({ grade: 'unknown', title: 'Nothing could be judged' })
  })
})

it('shares causes out of those that have one', () => {
  expect(causeShares(SUMMARY.causes).map(({ cause, count, share }) => [cause, count, share])).toEqual([
    ['keepalive-disabled', 24, 0.8],
    ['server-idle-timeout', 6, 0.2],
  ])
  expect(causeShares({})).toEqual([])
})

it('puts the most wasteful origin first', () => {
  const given = [
    origin('a', { exchanges: 9 }),
    origin('b', { wastedSeconds: 1 }),
    origin('c', { avoidable: 2 }),
    origin('d', { exchanges: 10 }),
  ]
  expect(originsByWaste(given).map((item) => item.origin)).toEqual(['b', 'c', 'd', 'a'])
})

it('says what an impact is, and when there is none', () => {
  expect(impactText({ handshakes: 1, roundTrips: 2, seconds: 0.04, share: 0 })).toBe('1 handshake · 2 round trips · 40 ms')
  expect(impactText({ handshakes: 0, roundTrips: 0, seconds: 0, share: 0 })).toBe('No measured cost')
})

it('names only the limits that there are', () => {
  expect(qualityLines(SUMMARY)).toEqual([
    'The capturing machine says that it dropped 12 packets before they reached the file. ' +
      'Requests, handshakes and closes may be missing, even where no gap shows. ' +
      'Capture with a larger buffer (tcpdump -B 65536), a filter for the ports in question, and onto a fast disk.',
    '1 connection was already open when the capture began. Handshake and earlier requests were not seen: ' +
      'such a connection counts as capacity that was there, not as a handshake. The reuse ratio leaves out 1 connection for it. ' +
      '1 connection got no verdict. Start the capture before the traffic, or restart the client while it runs.',
    '3 connections were still open when the capture ended. Requests that followed, and who would have closed them, are not ' +
      'in the numbers. To see idle time-outs, let the capture run on for longer than them.',
    '2 connections were without a request that could be seen (preconnects, failed or encrypted ones). ' +
      'Counted apart, never in the reuse ratio. 2 connections got no verdict.',
    'It was captured on the clients or next to them (93.8% of the 32 handshakes that can tell agree). ' +
      'Setup and idle times are as the clients saw them.',
  ])
  expect(qualityLines({ ...SUMMARY, quality: NO_QUALITY })).toEqual([])
})

it('says what the capturing machine dropped', () => {
  expect(captureText({ ...CAPTURE, dropped: 12 })).toBe('shop.pcapng: 812 packets over 1 min 01 s, 1.2 MB, 12 packets dropped')
  expect(captureText({ ...CAPTURE, dropped: 0 })).toBe(captureText(CAPTURE))
})

it('calls the estimate an estimate', () => {
  expect(meaning(SUMMARY).filter((text) => text.includes('estimate'))).toEqual([
    'New connections also start slowly: an estimated 4 further round trips went into congestion windows that had to grow again. ' +
      'This estimate is in none of the other numbers.',
  ])
})

it('tells races once: in their finding, or by themselves', () => {
  expect(untoldRaces(SUMMARY).map(raceText)).toEqual(['Connection 4: A request was sent while the server was closing.'])
  expect(untoldRaces({ ...SUMMARY, findings: [{ ...FINDING, rule: 'keep-alive-race' }] })).toEqual([])
})
