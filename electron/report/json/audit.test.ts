import { describe, expect, it } from 'vitest'
import { at, auditOf, parsed, SUMMARY, VERDICT, written } from '../testing/fixture'
import { auditJson } from './audit'

const keys = (value: unknown): string[] => Object.keys(value ?? {}).sort()

// Spelled out from the published contract of roundtrip.audit/1; a name may be added, none may go.
const TOTALS = [
  'connections',
  'connectionsWithExchanges',
  'exchanges',
  'reusedExchanges',
  'reuseRatio',
  'needed',
  'neededWithHttp2',
  'avoidable',
  'wastedRoundTrips',
  'wastedSeconds',
]

describe('roundtrip.audit/1', () => {
  it('has every name of the contract, with its value', async () => {
    const audit = parsed(await written(auditJson(auditOf())))
    expect(at(audit, 'schema')).toBe('roundtrip.audit/1')
    expect(keys(audit)).toEqual(
      [
        'schema',
        'captures',
        'totals',
        'causes',
        'origins',
        'connections',
        'races',
        'findings',
        'quality',
        'encrypted',
        'encryptedTotals',
        'diagnostics',
        'notes',
        'timeline',
        'timers',
        'chains',
        'whatIf',
        'whatIfRefused',
        'ledger',
        'legs',
        'stitching',
        'racePredictions',
        'poolRacePredictions',
        'roundTripsAssumed',
        'rttSeconds',
      ].sort(),
    )
    expect(keys(at(audit, 'totals'))).toEqual(expect.arrayContaining(TOTALS))
    expect(at(audit, 'totals')).toMatchObject({
      exchanges: 125,
      reusedExchanges: 93,
      reuseRatio: 0.744,
      avoidable: 30,
      wastedSeconds: 0.6125,
    })
    expect(at(audit, 'causes')).toEqual({ 'keepalive-disabled': 24, 'server-idle-timeout': 6 })
    expect(keys(at(audit, 'origins', 1))).toEqual(expect.arrayContaining(['origin', ...TOTALS]))
    expect(at(audit, 'origins', 1)).toMatchObject({ origin: 'http://shop.example', wastedRoundTrips: 24, wastedSeconds: 0.49 })
    expect(at(audit, 'captures')).toEqual([
      {
        file: 'shop.pcapng',
        format: 'pcapng',
        compression: null,
        packets: 812,
        linkTypes: [1],
        firstTime: '1795325139.207000000',
        lastTime: '1795325200.507000000',
        truncated: false,
        dropped: null,
        size: 1234567,
      },
    ])
    expect(keys(at(audit, 'races', 0))).toEqual(expect.arrayContaining(['connection', 'kind']))
    expect(at(audit, 'races', 0)).toMatchObject({ connection: 4, kind: 'seen', packets: [40, 41] })
    expect(keys(at(audit, 'findings', 0))).toEqual(
      expect.arrayContaining(['id', 'severity', 'title', 'evidence', 'impact', 'remedies']),
    )
    expect(at(audit, 'findings', 0, 'impact')).toEqual({ handshakes: 24, roundTrips: 24, seconds: 0.49, share: 0.8 })
    expect(at(audit, 'findings', 0, 'remedies', 0, 'snippet')).toBe('keepalive_timeout 75s;\nkeepalive_requests 1000;')
    expect(at(audit, 'diagnostics')).toEqual([
      { severity: 'warning', code: 'truncated-packet', packet: 12, offset: 900, message: 'A packet was cut short.', count: 3 },
    ])
    expect(at(audit, 'quality')).toEqual(SUMMARY.quality)
    expect(at(audit, 'quality', 'issues', 1)).toEqual({
      kind: 'mid-stream',
      occurrences: null,
      connections: 1,
      leftOutOfReuse: 1,
      notJudged: 1,
    })
    expect(at(audit, 'quality', 'vantage')).toMatchObject({ place: 'client', share: 0.9375, connections: 32 })
    expect(at(audit, 'notes')).toEqual([])
  })

  it('gives every connection its verdict', async () => {
    const second = {
      ...VERDICT,
      id: 2,
      verdict: 'not-judged',
      cause: null,
      evidence: null,
      reason: 'mid-stream',
      setupSeconds: null,
    } as const
    const audit = parsed(await written(auditJson(auditOf(SUMMARY, [], [VERDICT, second]))))
    expect(at(audit, 'connections')).toHaveLength(2)
    expect(keys(at(audit, 'connections', 0))).toEqual(
      expect.arrayContaining(['id', 'verdict', 'cause', 'evidence', 'setupRoundTrips', 'setupSeconds']),
    )
    expect(at(audit, 'connections', 0)).toMatchObject({
      id: 1,
      verdict: 'avoidable',
      cause: 'keepalive-disabled',
      evidence: { text: 'The response said “Connection: close”.', previousConnection: 0, packets: [6] },
      setupRoundTrips: 1,
      setupSeconds: 0.0205,
    })
    expect(at(audit, 'connections', 1)).toMatchObject({
      id: 2,
      verdict: 'not-judged',
      cause: null,
      evidence: null,
      setupSeconds: null,
    })
  })

  it('is written connection by connection', async () => {
    let given = 0
    async function* verdicts() {
      for (; given < 5000; given += 1) yield await Promise.resolve({ ...VERDICT, id: given })
    }
    const pieces = auditJson({ ...auditOf(), verdicts })
    for await (const piece of pieces) if (piece.includes('"id":0,')) break
    expect(given).toBeLessThan(3)
  })

  it('keeps what a terminal would obey escaped, and the value exact', async () => {
    const hostile = 'a\u001b[31m\u009b31m\u202eb\u2028'
    const text = await written(auditJson(auditOf({ ...SUMMARY, notes: [hostile] })))

    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028]/)
    expect(at(parsed(text), 'notes')).toEqual([hostile])
  })
})
