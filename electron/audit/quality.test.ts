import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../shared/model/facts'
import { fromSeconds } from '../../shared/units'
import { audited } from './testing/audited'
import { traffic } from './testing/traffic'

const jump = (packet: number): Diagnostic => ({
  severity: 'warning',
  code: 'clock-jump',
  packet,
  offset: null,
  message: 'The clock goes back.',
  count: 1,
})

describe('capture quality', () => {
  it('of a whole capture has nothing to say', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 }).clientCloses(0.1)
    const { quality, totals } = (await audited(t)).summary
    expect(quality.issues).toEqual([])
    expect(totals.reuseRatio).toBe(0)
  })

  it('leaves connections with missing packets out of the ratio, and says how many', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 }).exchange({ at: 0.1 }).exchange({ at: 0.2 }).clientCloses(0.3)
    t.connection({ at: 1, marks: ['gap'], overrides: { gaps: 3 } }).exchange({ at: 1.02 })
    // The one with missing packets may have been free, or busy with a request that is missing.
    t.connection({ at: 2 }).exchange({ at: 2.02 }).clientCloses(2.1)
    const { summary, verdicts } = await audited(t)
    expect(summary.totals).toMatchObject({ exchanges: 5, reusedExchanges: 2, reuseRatio: 2 / 4, notJudged: 1 })
    expect(verdicts[2]).toMatchObject({ verdict: 'not-judged' })
    expect(summary.quality.issues).toEqual([{ kind: 'gap', occurrences: 3, connections: 1, leftOutOfReuse: 1, notJudged: 1 }])
  })

  it('takes the capturing machine at its word', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 })
    const { quality } = (await audited(t, { dropped: 12, truncated: true })).summary
    expect(quality.issues.map(({ kind, occurrences }) => [kind, occurrences])).toEqual([
      ['dropped', 12],
      ['truncated-file', 1],
    ])
    expect((await audited(t, { dropped: 0 })).summary.quality.issues).toEqual([])
  })

  it('counts what is one-sided, cut, open before, still open, without requests, and captured twice', async () => {
    const t = traffic()
    t.connection({ at: 0, marks: ['one-sided'] }).exchange({ at: 0.02, unanswered: true })
    t.connection({ at: 1, marks: ['truncated', 'unfinished'] }).exchange({ at: 1.02 })
    t.connection({ at: 2, midStream: true }).exchange({ at: 2.02 })
    t.connection({ at: 3, marks: ['truncated'], overrides: { application: 'unknown' } })
    t.connection({ at: 4, overrides: { duplicates: 7 } }).exchange({ at: 4.02 })
    const { summary, verdicts } = await audited(t)
    const of = (connections: number, more: object = {}) => ({
      occurrences: null,
      connections,
      leftOutOfReuse: 0,
      notJudged: 0,
      ...more,
    })
    expect(summary.quality.issues).toEqual([
      { kind: 'one-sided', ...of(1, { notJudged: 1 }) },
      { kind: 'truncated', ...of(2, { notJudged: 1 }) },
      { kind: 'mid-stream', ...of(1, { leftOutOfReuse: 1, notJudged: 1 }) },
      { kind: 'unfinished', ...of(1) },
      { kind: 'duplicates', ...of(1, { occurrences: 7 }) },
      { kind: 'without-exchanges', ...of(1, { notJudged: 1 }) },
    ])
    expect(verdicts[3]!.reason).toBe('Its packets were cut before a request could be read.')
  })

  it('does not judge what was open while the clock was set back, nor what hangs on it', async () => {
    const packets = (first: number, last: number, at: number) => ({
      first: { packet: first, at: fromSeconds(at) },
      last: { packet: last, at: fromSeconds(at) },
    })
    const t = traffic()
    t.connection({ at: 10, overrides: packets(1, 9, 10) })
      .exchange({ at: 10.02 })
      .clientCloses(10.5)
    t.connection({ at: 11, overrides: packets(10, 30, 11) })
      .exchange({ at: 11.02 })
      .exchange({ at: 5 })
      .clientCloses(5.1)
    t.connection({ at: 12, overrides: packets(20, 29, 12) })
      .exchange({ at: 12.02 })
      .clientCloses(12.1)
    const { summary, verdicts } = await audited(t, {}, [jump(20)])
    expect(verdicts.map((v) => v.verdict)).toEqual(['needed', 'not-judged', 'not-judged'])
    expect(verdicts[1]!.reason).toBe('The clock of the capture was set while it was open.')
    expect(summary.quality.issues).toEqual([
      { kind: 'clock-jump', occurrences: 1, connections: 1, leftOutOfReuse: 0, notJudged: 2 },
    ])
  })

  it('counts no setup time that the clock made negative', async () => {
    const t = traffic()
    t.connection({ at: 0, rtt: -3 }).exchange({ at: 0.02 })
    const { summary, verdicts } = await audited(t)
    expect(verdicts[0]!.setupSeconds).toBeNull()
    expect(summary.rttSeconds).toBeNull()
  })
})
