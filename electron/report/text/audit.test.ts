import { describe, expect, it } from 'vitest'
import { auditOf, FINDING, OPTIONS, origin, SUMMARY, totals, written } from '../testing/fixture'
import { NO_QUALITY } from '../../../shared/testing/quality'
import type { AuditSummary } from '../../../shared/model/audit'
import { auditText } from './audit'
import { columns } from './layout'

const text = (summary: AuditSummary, width = 80, colour = false): Promise<string> =>
  written(auditText(auditOf(summary), { ...OPTIONS, width, colour }))

const HOSTILE = 'http://a\u001b]0;owned\u0007\u001b[2J\u202eelpmaxe\u0085'

describe('the audit as text', () => {
  it('is the golden text', async () => {
    await expect(await text(SUMMARY)).toMatchFileSnapshot('../testing/audit.golden.txt')
  })

  it.each([60, 80, 120])('keeps within %s columns, names however long', async (width) => {
    const long = `http://${'sub.'.repeat(60)}example`
    const summary = { ...SUMMARY, origins: [origin(long)], findings: [{ ...FINDING, title: `At ${long}` }] }
    for (const line of (await text(summary, width)).split('\n')) expect(columns(line)).toBeLessThanOrEqual(width)
  })

  it('lets nothing from a capture steer the terminal', async () => {
    const remedy = { ...FINDING.remedies[0]!, snippet: 'a\u001b[31m\nb' }
    const finding = { ...FINDING, title: HOSTILE, why: HOSTILE, evidence: [HOSTILE], remedies: [remedy] }
    const captures = [{ ...SUMMARY.captures[0]!, file: HOSTILE }]
    const races = [{ connection: 1, kind: 'seen' as const, text: HOSTILE, packets: [] }]
    const diagnostics = [{ ...SUMMARY.diagnostics[0]!, message: HOSTILE }]
    const hostile = {
      ...SUMMARY,
      captures,
      origins: [origin(HOSTILE)],
      findings: [finding],
      races,
      diagnostics,
      notes: [HOSTILE],
    }

    expect(await text(hostile)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  })

  it('colours only when asked', async () => {
    expect(await text(SUMMARY)).not.toContain('\u001b')
    const coloured = await text(SUMMARY, 80, true)
    expect(coloured).toContain('\u001b[31mMost handshakes were avoidable\u001b[39m')

    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(await text(SUMMARY))
  })

  it('says how many connections were not judged because they are encrypted, and what would help', async () => {
    expect(await text(SUMMARY)).not.toContain('SSLKEYLOGFILE')
    const said = (await text({ ...SUMMARY, encrypted: 1204 })).replace(/\s+/g, ' ')
    expect(said).toContain(
      '· 1,204 connections are encrypted, and the requests inside were not judged. A key log (SSLKEYLOGFILE)',
    )
    expect((await text({ ...SUMMARY, encrypted: 1 })).replace(/\s+/g, ' ')).toContain('· 1 connection is encrypted')
  })

  it('gives no zero for what nobody could judge', async () => {
    const blind = { ...totals(), connections: 2, notJudged: 2 }
    const said = await text({
      ...SUMMARY,
      totals: blind,
      causes: {},
      origins: [{ ...origin('https://a'), ...blind }],
      findings: [],
      encrypted: 2,
    })
    expect(said).toMatch(/Wasted round trips +– +no connection could be judged/)
    expect(said).toMatch(/Wasted time +– +no connection could be judged/)
    expect(said).toMatch(/https:\/\/a .* – +–\n/)
  })

  it('marks round trips that were assumed', async () => {
    const said = await text({ ...SUMMARY, roundTripsAssumed: true })
    expect(said).toMatch(/Wasted round trips +≈ 30 +of ≈ 32 spent on setup, an estimate/)
    expect(said.replace(/\s+/g, ' ')).toContain('They cost an estimated 30 round trips')
  })

  it('has no empty sections', async () => {
    const nothing: AuditSummary = {
      ...SUMMARY,
      totals: totals(),
      causes: {},
      origins: [],
      findings: [],
      races: [],
      diagnostics: [],
      quality: NO_QUALITY,
      rttSeconds: null,
    }
    expect(await text(nothing)).toBe(
      'shop.pcapng: 812 packets over 1 min 01 s, 1.2 MB\n\n' +
        'No connections were found\nThe input holds no TCP connection and no HTTP exchange.\n',
    )
  })
})
