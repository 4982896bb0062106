import { describe, expect, it } from 'vitest'
import { unknownPlace } from '../findings/places'
import { remediesAt, remediesFor } from './index'
import type { Topic } from './product'
import { caseOf } from './testing/case'
import { holdsFor, isBefore, versionsText } from './version'

describe('versions', () => {
  it.each([
    ['1.9', '1.19.10', true],
    ['1.19.10', '1.19.10', false],
    ['1.29.7', '1.29.10', true],
    ['26', '25.9.1', false],
    ['4', '4.0.0', false],
  ])('%s before %s: %s', (version, other, before) => expect(isBefore(version, other)).toBe(before))

  it('a default holds from one and before another', () => {
    expect(holdsFor({ since: '2', before: '3' }, '2.9')).toBe(true)
    expect(holdsFor({ since: '2', before: '3' }, '3.0')).toBe(false)
    expect(versionsText({ since: '2', before: '3' })).toBe('from 2, before 3')
    expect(versionsText({})).toBe('')
  })
})

/** What is said of the product that was seen. */
const defaults = (topic: Topic, traces: Parameters<typeof caseOf>[0]): string | undefined =>
  remediesFor(topic, caseOf({ cause: 'unknown', ...traces })).find(({ seen }) => seen !== undefined)?.defaults

describe('the version in the traffic chooses the defaults', () => {
  it.each<[string, Topic, Parameters<typeof caseOf>[0], RegExp, RegExp]>([
    [
      'old nginx',
      'raise-request-limit',
      { product: 'nginx/1.18.0 (Ubuntu)' },
      /^nginx 1\.18\.0: keepalive_requests 100 \(/,
      /1000/,
    ],
    ['nginx', 'raise-request-limit', { product: 'nginx/1.22.1' }, /^nginx 1\.22\.1: keepalive_requests 1000 \(/, /before/],
    ['OpenResty', 'raise-age-limit', { product: 'openresty/1.27.1.2' }, /^nginx 1\.27\.1: keepalive_time 1 h/, /no limit/],
    [
      'Tengine counts by itself',
      'raise-request-limit',
      { product: 'Tengine/3.1.0' },
      /100 before 1\.19\.10.*1000 from/,
      /Tengine/,
    ],
    ['nginx that hides it', 'raise-request-limit', { product: 'nginx' }, /^keepalive_requests 100 before 1\.19\.10 /, /^nginx/],
    ['Node.js ≤ 26', 'raise-idle-timeout', { advertisedTimeout: 5 }, /^Node\.js up to 26.*: keepAliveTimeout 5 s/, /65 s/],
    [
      'Node.js ≥ 27, or an older one that was set to the same',
      'raise-idle-timeout',
      { advertisedTimeout: 65 },
      /^keepAliveTimeout 5 s before 27 .*; keepAliveTimeout 65 s from 27 /,
      /or later/,
    ],
    ['Node.js with a value of its own', 'raise-idle-timeout', { advertisedTimeout: 7 }, /5 s before 27.*65 s from 27/, /^Node/],
    ['Java 17', 'keep-idle-longer', { userAgent: 'Java-http-client/17.0.15' }, /^Java 17\.0\.15: .* 1200 s/, / 30 s/],
    ['Java 21', 'keep-idle-longer', { userAgent: 'Java-http-client/21' }, /^Java 21: .* 30 s/, /1200/],
    [
      'HttpClient 4',
      'enlarge-pool',
      { userAgent: 'Apache-HttpClient/4.5.14 (Java/17)' },
      /^HttpClient 4\.5\.14: 2 per route/,
      /5 per/,
    ],
    ['HttpClient 5', 'enlarge-pool', { userAgent: 'Apache-HttpClient/5.5 (Java/21)' }, /^HttpClient 5\.5: 5 per route/, /2 per/],
    [
      'nginx as a proxy, as it was before 1.29.7',
      'pool-connections',
      { requestVersion: 'HTTP/1.0', requestConnection: 'close' },
      /^nginx before 1\.29\.7.*no connections are kept/,
      /32/,
    ],
    ['an old curl ages no connection', 'keep-idle-longer', { userAgent: 'curl/8.14.1' }, /^curl 8\.14\.1: .*118 s/, /from/],
  ])('%s', (_, topic, traces, says, not) => {
    const text = defaults(topic, traces)
    expect(text).toMatch(says)
    expect(text).not.toMatch(not)
  })

  it('curl before 7.65.0 has no such default', () => {
    expect(defaults('keep-idle-longer', { userAgent: 'curl/7.58.0' })).toBeUndefined()
  })
})

describe('and the snippet', () => {
  const snippet = (topic: Topic, product: string | null): string | undefined =>
    remediesAt(topic, { ...unknownPlace('https://a.test'), product }).find(({ id }) => id.startsWith('nginx/'))?.snippet
  it.each([
    ['nginx/1.25.1', 'http2 on;'],
    ['nginx/1.29.7', 'http2 on;'],
    ['nginx/1.22.1', 'listen 443 ssl http2;'],
    // What every version takes.
    ['nginx', 'listen 443 ssl http2;'],
    [null, 'listen 443 ssl http2;'],
  ])('of HTTP/2 for %s is %s', (product, text) => expect(snippet('use-http-2', product)).toBe(text))

  it('of http.server names the command line from Python 3.11 on', () => {
    const where = (product: string): string | undefined =>
      remediesFor('enable-keep-alive', caseOf({ product })).find(({ seen }) => seen !== undefined)?.where
    expect(where('SimpleHTTP/0.6 Python/3.11.2')).toContain('--protocol HTTP/1.1')
    expect(where('SimpleHTTP/0.6 Python/3.8.10')).not.toContain('--protocol')
  })
})
