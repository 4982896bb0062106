import { describe, expect, it } from 'vitest'
import { auditMarkdown } from './markdown'
import { auditOf, CAPTURE, FINDING, origin, SUMMARY, totals, written } from './testing/fixture'
import { NO_QUALITY } from '../../shared/testing/quality'
import { auditLines } from './text/audit'
import { styleFor } from './text/style'
import {
  captureText,
  causeShares,
  headline,
  impactText,
  limits,
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

  it('says of encrypted connections what is known, and what is estimated', () => {
    const blind = {
      ...SUMMARY,
      encrypted: 8,
      encryptedTotals: { resumed: 7, setupRoundTrips: 17, setupSeconds: 0.34 },
      totals: totals({
        connections: 8,
        notJudged: 8,
        estimate: { connections: 8, turns: 47, reusedTurns: 39, reuseRatio: 39 / 47 },
      }),
    }
    expect(headline(blind)).toEqual({
      grade: 'unknown',
      title: 'Every connection is encrypted',
      detail:
        '8 connections could not be read without keys. Setting them up took 17 round trips and 340 ms, 7 of them resumed. ' +
        'Estimate: about 47 requests in 8 encrypted connections, about 83.0% of them over a connection that was already open; ' +
        'requests sent together count as one.',
    })
    const others = { code: 'key-log-of-others', severity: 'warning', packet: null, offset: null, message: '', count: 1 } as const
    expect(limits(blind)[0]).toContain('A key log (SSLKEYLOGFILE), written by the client')
    expect(limits({ ...blind, diagnostics: [others] })[0]).toContain('The key log that was given has none of their secrets')
    const idleEstimate = { longestSeconds: 2.5, beforeCloseSeconds: 5, closes: 6 }
    expect(headline({ ...blind, encryptedTotals: { ...blind.encryptedTotals, idleEstimate } }).detail).toContain(
      'Estimate: they were idle up to 2.5 s between requests, and 5 s before the close (median of 6 connections).',
    )
    expect(headline({ ...blind, totals: { ...blind.totals, connections: 9 } }).title).toBe('Nothing could be judged without keys')
  })

  it('keeps the estimate out of the exact figures', async () => {
    const estimate = { connections: 3, turns: 12, reusedTurns: 9, reuseRatio: 0.75 }
    const plainOrigin = origin('http://shop.example', { exchanges: 125, reuseRatio: 0.744 })
    const both = {
      ...SUMMARY,
      totals: { ...SUMMARY.totals, estimate },
      origins: [plainOrigin, origin('https://bank.example', { estimate })],
    }
    expect(meaning(both).join(' ')).toContain('Estimate: about 12 requests in 3 encrypted connections')
    const text = auditLines(both, 80, styleFor(false)).join('\n')
    expect(text).toMatch(/Reused a connection +74\.4% /)
    expect(text).toMatch(/Encrypted, estimated +≈ 12 +requests in 3 connections/)
    expect(text).toMatch(/https:\/\/bank\.example +≈ 12 +≈ 75\.0%/)
    expect(text).toContain('≈ An estimate')
    const markdown = await written(auditMarkdown({ ...auditOf(), summary: both }))
    expect(markdown).toContain('| *Encrypted requests (estimate)* | ≈ 12 |')
    expect(meaning(SUMMARY).join(' ')).not.toContain('Estimate: about')
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
    '1 connection was open before what was captured, or, in a HAR, opened ahead of its first request. Handshake and earlier requests were not seen: ' +
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
