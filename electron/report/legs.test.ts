/** The legs section of every report: its numbers, and that nothing of a capture breaks out of it. */
import { describe, expect, it } from 'vitest'
import type { AuditSummary } from '../../shared/model/audit'
import type { Leg, StitchedLegs } from '../../shared/model/legs'
import { legs as legsHtml } from './html/legs'
import { auditMarkdown } from './markdown'
import { auditOf, SUMMARY, written } from './testing/fixture'
import { legLines } from './text/legs'
import { styleFor } from './text/style'

const EVIL = '<script>alert(1)</script>|*_`[x](http://evil.test)'
const leg = (id: number, front: number | null): Leg => ({
  id,
  kind: front === null ? 'browser-edge' : 'edge-origin',
  client: { role: front === null ? 'user' : 'proxy', ip: '10.0.0.5', port: null, addresses: 1, product: EVIL },
  server: { role: front === null ? 'proxy' : 'server', ip: '10.0.0.1', port: 80, addresses: 1, product: null },
  front,
  confidence: 'high',
  evidence: [{ end: 'client', text: `12 of 12 requests carry ${EVIL}.`, connection: 0, packet: 4 }],
  connections: 12,
  exchanges: 345,
  reusedExchanges: 0,
  reuseRatio: 0.25,
  avoidable: 11,
  setupRoundTrips: 12,
  setupSeconds: 0.486,
  rttSeconds: 0.04,
})
const request = { connection: 1, ordinal: 0, status: 200 }
const pair: StitchedLegs = {
  front: 0,
  back: [1],
  clockOffsetSeconds: 0,
  offsetEstimated: false,
  requests: 345,
  forwarded: 345,
  answeredByProxyRatio: 0,
  unexplained: 0,
  retries: 0,
  confidence: { exact: 345, high: 0, low: 0 },
  frontConnections: 1,
  backConnections: 12,
  frontReuseRatio: 0.9,
  backReuseRatio: 0.25,
  waitedForSetup: 12,
  setupSeconds: { total: 0.486, p50: 0.04, p99: 0.041, max: 0.041 },
  slowest: [
    {
      method: 'GET',
      target: `/${EVIL}`,
      at: 1,
      front: request,
      back: request,
      frontSeconds: 0.123,
      backSeconds: 0.045,
      setupSeconds: 0.04,
      confidence: 'exact',
    },
  ],
  failures: [],
  failureCount: 0,
}
const summary: AuditSummary = { ...SUMMARY, legs: [leg(0, null), leg(1, 0)], stitching: { pairs: [pair], limited: false } }

describe('legs', () => {
  it('in text', () => {
    const lines = legLines(summary, 100, styleFor(false)).join('\n')
    expect(lines).toContain('Proxy to origin: the proxy at 10.0.0.5 → the server at 10.0.0.1:80')
    expect(lines).toMatch(/345 requests, 25.0% reused; 12 connections, 11 avoidable; 486 ms of setup/)
    expect(lines).toContain('12 requests waited while a connection')
  })

  it('in HTML, escaped', () => {
    const { text } = legsHtml(summary)!
    expect(text).toContain('<h2>Legs</h2>')
    expect(text.replace(/\u00a0/g, ' ')).toContain('486 ms')
    expect(text).not.toContain('<script')
  })

  it('in Markdown, escaped', async () => {
    const text = await written(auditMarkdown(auditOf(summary)))
    expect(text).toContain('## Legs')
    const section = text.slice(text.indexOf('## Legs'), text.indexOf('## What to change'))
    expect(section).toContain('| 345 |')
    // In a code span whose fence is longer than any in it.
    expect(section).toMatch(/\| ``GET \/<script>[^\n]*`` \|/)
    expect(section.split('<script')).toHaveLength(2)
  })

  it('not at all without a proxy', async () => {
    expect(legLines(SUMMARY, 100, styleFor(false))).toEqual([])
    expect(legsHtml(SUMMARY)).toBeNull()
    expect(await written(auditMarkdown(auditOf(SUMMARY)))).not.toContain('## Legs')
  })
})
