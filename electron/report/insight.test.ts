import { describe, expect, it } from 'vitest'
import { auditHtml } from './html/audit'
import { auditMarkdown } from './markdown'
import { auditOf, OPTIONS, SUMMARY, written } from './testing/fixture'
import { INSIGHT } from './testing/insight'
import { auditText } from './text/audit'

const text = (width: number, summary = INSIGHT): Promise<string> =>
  written(auditText(auditOf(summary), { ...OPTIONS, width, colour: false }))
const markdown = (): Promise<string> => written(auditMarkdown(auditOf(INSIGHT)))
const page = async (): Promise<string> =>
  (await written(auditHtml(auditOf(INSIGHT), OPTIONS))).replace(/<style>[\s\S]*?<\/style>/, '')

const one = (lines: string): string => lines.replace(/\u00a0/g, ' ').replace(/\s+/g, ' ')

describe('timers, races and costs', () => {
  it('are in the text, each with its sample', async () => {
    const said = one(await text(120))
    expect(said).toContain('closes after 6.0 s idle (12 of 12 closes); advertised: timeout=5; medium confidence')
    expect(said).toContain(
      '3.75 of 10,000 requests on open connections are expected to meet the close (1,000 requests on open connections, 12 pauses',
    )
    expect(said).toContain('the client 10.0.0.2 alone: 37.5 of its 10,000 (100 requests on open connections')
    expect(said).toContain('the origin gives up first, margin −55 s.')
    expect(said).toContain('32 · 653 ms 64 · 1.31 s 3 · 60.0 ms 90 · 1.81 s')
    expect(said).toContain('half waited for connection setup not at all, nine in ten at most 61 ms')
    expect(said).toContain(
      '6 open at once, idle for 30 s in sum (75.0% of the time they were open); closed first: server 30, client 2; 30 sockets in TIME_WAIT',
    )
    expect(said).toContain('15,006 ports of 28,232 taken at once (53.1%); at this rate 106.0% would be taken.')
    expect(said).toContain('… and 7 more')
  })

  it('fit the terminal', async () => {
    for (const width of [60, 80, 120]) {
      const from = (await text(width)).split('\n').findIndex((line) => line.startsWith('TIMERS'))
      const lines = (await text(width)).split('\n').slice(from)
      expect(from).toBeGreaterThan(0)
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
    }
  })

  it('cannot steer a terminal, break out of Markdown or of the page', async () => {
    expect(await text(80)).not.toMatch(/[\u001b\u202e]/)
    expect(await markdown()).not.toMatch(/[\u001b\u202e]|[^\\]<b>\|/)
    expect(await page()).not.toMatch(/[\u001b\u202e]|<b>\|/)
    expect(await page()).toContain('&lt;b&gt;|')
  })

  it('are in Markdown and on the page', async () => {
    for (const said of [one(await markdown()).replace(/\\/g, ''), one((await page()).replace(/<[^>]*>/g, ' '))]) {
      expect(said).toContain('closes after 6.0 s idle (12 of 12 closes)')
      expect(said).toContain('timeout=5')
      expect(said).toContain('64 · 1.31 s')
      expect(said).toContain('closed first: server 30, client 2')
    }
  })

  it('say what a longer time-out would do, how sure that is, and where nothing is recommended', async () => {
    const said = one(await text(120))
    expect(said).toContain('WHAT A LONGER IDLE TIME-OUT WOULD DO An estimate: the requests of this capture, replayed.')
    expect(said).toContain(
      'time-out of the server: 5 s now, set 1 min. Connections 40 → 10, idle connection time 3 min 20 s → 15 min; medium confidence.',
    )
    expect(said).toContain('nothing is recommended. Replayed, these requests open 50 connections where 40 were opened.')
    const table = one(await markdown())
    expect(table).toContain('| time-out of the server | 5 s | 1 min | 40 | 10 | 3 min 20 s | 15 min | medium |')
    expect(table).toContain('nothing is recommended. Replayed, these requests open 50')
    const html = one((await page()).replace(/<[^>]*>/g, ' '))
    expect(html).toContain('time-out of the server 5 s 1 min 40 10 3 min 20 s 15 min medium')
    expect(html).toContain('nothing is recommended. Replayed, these requests open 50')
  })

  it('are left out where an audit holds none', async () => {
    expect(await text(80, SUMMARY)).not.toMatch(/TIMERS|COST|LONGER/)
  })
})
