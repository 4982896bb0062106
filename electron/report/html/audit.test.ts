import { describe, expect, it } from 'vitest'
import type { AuditSummary } from '../../../shared/model/audit'
import { AS_CAPTURED } from '../../../shared/model/simulation'
import { whatIfOf } from '../../../shared/testing/what-if'
import { auditOf, FINDING, OPTIONS, origin, row, SUMMARY, totals, written } from '../testing/fixture'
import { NO_QUALITY } from '../../../shared/testing/quality'
import { auditHtml } from './audit'

const page = (summary: AuditSummary = SUMMARY, rows = [row()]): Promise<string> =>
  written(auditHtml(auditOf(summary, rows), OPTIONS))

/** What a reader sees: tags gone, entities resolved. */
const seen = (document: string): string =>
  document
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<wbr ?\/?>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')

describe('the report as a page', () => {
  it('shows the verdict, the numbers, the causes and what to change', async () => {
    const text = seen(await page())
    expect(text).toContain('Most handshakes were avoidable')
    expect(text).toContain('Connection reuse 74.4% 3.91 requests per connection')
    expect(text).toContain('Avoidable handshakes 30 of 32 judged')
    expect(text).toContain('Wasted round trips 30 of 32 spent on setup')
    expect(text).toContain('Wasted time 613 ms of 653 ms spent on setup')
    expect(text).toContain('instead of keeping it open. 24 80.0%')
    expect(text).toContain('http://shop.example nginx/1.22.1 20.4 ms 25 0% 25 24 24 490 ms')
    expect(text).toContain(
      '1. Keep-alive is off at http://shop.example 24 handshakes · 24 round trips · 490 ms · 80.0% of the wasted round trips',
    )
    expect(text).toContain('keepalive_timeout 75s; keepalive_requests 1000;')
    expect(text).toContain('1 0.500 s 10.0.0.2:49324 http://shop.example 1 1 20.5 ms Keep-alive disabled')
    expect(text).toContain('2026-11-22 06:30:00 UTC')
  })

  it('says what a longer idle time-out would do, where a replay could tell', async () => {
    expect(seen(await page())).not.toContain('What a longer idle time-out would do')
    const { prediction, settings, calibration, captureSeconds } = whatIfOf({ origin: null, policy: AS_CAPTURED })
    const { asCaptured, outcome, recommendation, curve } = prediction!
    const origins = [
      {
        origin: '<b>shop</b>.example',
        timeoutOf: 'server' as const,
        captureSeconds,
        settings,
        calibration,
        asCaptured,
        recommended: outcome,
        recommendation: recommendation!,
        curve,
      },
    ]
    const document = await page({ ...SUMMARY, whatIf: origins })
    expect(seen(document)).toContain('time-out of the server 5 s 1 min 40 10 3 min 20 s 15 min medium')
    expect(document).not.toContain('<b>shop</b>')
  })

  it('says how many connections were not judged because they are encrypted', async () => {
    expect(seen(await page())).not.toContain('SSLKEYLOGFILE')
    const text = seen(await page({ ...SUMMARY, encrypted: 12 }))
    expect(text).toContain(
      'What limits these numbers 12 connections are encrypted, and the requests inside were not judged. A key log',
    )
  })

  it('says how far the capture can be trusted, and what to do', async () => {
    const text = seen(await page())
    expect(text).toContain(
      'Capture quality Packets dropped The capturing machine says that it dropped 12 packets before they reached the file.',
    )
    expect(text).toContain(
      'Client side It was captured on the clients or next to them (93.8% of the 32 handshakes that can tell agree).',
    )
    expect(text).not.toContain('No connection is marked')
    expect(seen(await page({ ...SUMMARY, quality: NO_QUALITY }))).toContain('Capture quality No connection is marked')
  })

  it('runs nothing and fetches nothing', async () => {
    const document = await page()
    expect(document).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`)
    expect(document).not.toMatch(/<script|<link|<iframe|<img|@import|\son\w+=|url\(/i)
    expect(document.match(/\b(?:src|href)=/g)).toBeNull()
  })

  it('opens and closes its elements', async () => {
    const open: string[] = []
    const body = (await page()).replace(/<style>[\s\S]*?<\/style>/, '')
    for (const [, close, name = '', attributes = ''] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/g)) {
      if (attributes.endsWith('/') || ['meta', 'br', 'wbr'].includes(name)) continue
      if (close === '') open.push(name)
      else expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
  })

  it('is not broken out of by names, findings or the file', async () => {
    const hostile = `</style></title><script>alert(1)</script><img src=x onerror=alert(1)>"'`
    const remedy = { ...FINDING.remedies[0]!, snippet: hostile, product: hostile, where: hostile }
    const finding = { ...FINDING, title: hostile, why: hostile, evidence: [hostile], remedies: [remedy] }
    const captures = [{ ...SUMMARY.captures[0]!, file: hostile }]
    const races = [{ connection: 1, kind: 'seen' as const, text: hostile, packets: [] }]
    const summary = {
      ...SUMMARY,
      captures,
      origins: [origin(hostile, { product: hostile })],
      findings: [finding],
      races,
      notes: [hostile],
    }
    const document = await page(summary, [row({ origin: hostile, client: { ip: hostile, port: 1 } })])
    expect(document).not.toMatch(/<script|<img/i)
    expect(document.match(/<\/style>/g)).toHaveLength(1)
    expect(document.match(/<\/title>/g)).toHaveLength(1)
  })

  it('leaves out what there is nothing of', async () => {
    const nothing = { ...SUMMARY, totals: totals(), causes: {}, origins: [], findings: [], races: [], rttSeconds: null }
    const text = seen(await page({ ...nothing, timeline: { bucketSeconds: 1, buckets: [] } }, []))
    expect(text).toContain('No connections were found')
    expect(text).not.toMatch(/What it means|Why connections|Where:|What to change|cost most|NaN|undefined/)
  })

  it('bounds what a hostile capture could make endless', async () => {
    const many = Array.from({ length: 5000 }, (_, index) => origin(`http://${index}.example`, { exchanges: 1 }))
    const document = await page({ ...SUMMARY, origins: many })
    expect(document.length).toBeLessThan(120_000)
    expect(seen(document)).toContain('… and 4,980 more')
  })
})
