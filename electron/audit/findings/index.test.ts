import { describe, expect, it } from 'vitest'
import { audited } from '../testing/audited'
import { traffic } from '../testing/traffic'
import { RULES } from './index'
import { programName } from './rule'

it('every rule has its own id', () => {
  expect(new Set(RULES.map((r) => r.id)).size).toBe(RULES.length)
})

it('the costliest finding comes first, good news last, numbered in that order', async () => {
  const t = traffic()
  for (let i = 0; i < 8; i++)
    t.connection({ at: i })
      .exchange({ at: i + 0.02, response: 'close', host: 'bad.test' })
      .serverCloses(i + 0.05)
  const good = t.connection({ at: 0 })
  for (let i = 0; i < 8; i++) good.exchange({ at: 0.02 + i, host: 'good.test' })
  const { summary } = await audited(t)
  expect(summary.findings.map((f) => [f.id, f.severity])).toEqual([
    ['F1', 'error'],
    ['F2', 'good'],
  ])
})

it('the impacts of all findings never exceed what was wasted', async () => {
  const t = traffic()
  for (let i = 0; i < 20; i++) {
    const c = t.connection({ at: i }).exchange({ at: i + 0.02, ...(i % 3 === 0 ? { request: 'close' } : {}) })
    if (i % 2 === 0) c.clientCloses(i + 0.05)
    else c.serverCloses(i + 0.6)
  }
  const { summary } = await audited(t)
  expect(summary.findings.reduce((n, f) => n + f.impact.roundTrips, 0)).toBe(summary.totals.wastedRoundTrips)
  expect(summary.totals.wastedRoundTrips).toBe(19)
})

describe('names in titles', () => {
  it.each([
    ['curl/7.24.0 (x86_64-apple-darwin12.0) libcurl/7.24.0 OpenSSL/0.9.8y zlib/1.2.5', 'curl/7.24.0'],
    ['Mozilla/5.0 (Windows NT 6.1; rv:34.0) Gecko/20100101 Firefox/34.0', 'Firefox/34'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36', 'Chrome/130'],
    ['Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0', 'Edge/130'],
    ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15', 'Safari'],
    [
      'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/130.0.0.0 Safari/537.36',
      'Googlebot/2.1',
    ],
    ['Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)', 'AhrefsBot/7.0'],
    ['Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)', 'Internet Explorer/6'],
    ['Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko', 'Internet Explorer/11'],
    ['Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621.963', 'WindowsPowerShell/5.1.22621.963'],
    ['Mozilla/5.0 (X11; Linux x86_64)', 'Mozilla/5.0 (X11; Linux x86_64)'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Apple…',
    ],
    ['10.0.0.2', '10.0.0.2'],
  ])('%s is %s', (agent, name) => expect(programName(agent)).toBe(name))
})
