import { describe, expect, it } from 'vitest'
import { remediesFor, remediesForRace } from './index'
import type { Topic } from './product'
import { SIDE } from './product'
import { caseOf } from './testing/case'
import { recommendedLimit, recommendedTimeout, staysBelow } from './values'

const group = caseOf()

describe('every topic', () => {
  it.each(Object.keys(SIDE) as Topic[])('%s has a remedy that says where, how to check and how to verify', (topic) => {
    for (const g of [group, null]) {
      const remedies = remediesFor(topic, g)
      expect(remedies.length).toBeGreaterThan(0)
      for (const r of remedies)
        for (const text of [r.title, r.snippet, r.where, r.check, r.verify, r.source]) expect(text).not.toBe('')
    }
  })
})

describe('the server’s product', () => {
  it.each([
    ['nginx/1.22.1', 'keepalive_timeout 60s;'],
    ['openresty/1.25', 'keepalive_timeout 60s;'],
    ['Apache/2.4.58 (Debian)', 'KeepAliveTimeout 60'],
  ])('%s: %s', (product, snippet) => {
    expect(remediesFor('raise-idle-timeout', { ...group, product })[0]!.snippet).toBe(snippet)
  })

  it('Node.js tells itself by its Keep-Alive field', () => {
    expect(remediesFor('raise-idle-timeout', { ...group, advertisedTimeout: 5 })[0]!.snippet).toContain(
      'keepAliveTimeout = 60000',
    )
  })

  it('Tomcat’s old name is no Apache httpd', () => {
    expect(remediesFor('raise-idle-timeout', { ...group, product: 'Apache-Coyote/1.1' })[0]!.id).toBe('tomcat/raise-idle-timeout')
  })

  it('Apache’s directives are not for .htaccess', () => {
    expect(remediesFor('enable-keep-alive', { ...group, product: 'Apache' })[0]!.where).toContain('Not .htaccess')
  })
})

describe('values from the traffic', () => {
  it.each([
    [0.3, 5],
    [4.6, 10],
    [50, 60],
    [70, 90],
    [4000, 3600],
  ])('gaps of %d s want a time-out of %d s', (gap, timeout) => expect(recommendedTimeout(gap)).toBe(timeout))

  it.each([
    [5, 1000],
    [100, 10_000],
    [1000, 100_000],
  ])('a limit of %d becomes %d', (limit, recommended) => expect(recommendedLimit(limit)).toBe(recommended))
})

describe('why these values', () => {
  const because = (id: string, topic: Topic, some: Parameters<typeof caseOf>[0]): string | undefined =>
    remediesFor(topic, caseOf(some)).find((remedy) => remedy.id === id)?.because

  it('is said of the values that a snippet shows, and of no others', () => {
    expect(because('nginx/resume-tls', 'resume-tls', { product: 'nginx/1.22.1', poolNeeded: 4 })).toBeUndefined()
    expect(because('curl/pool-connections', 'pool-connections', { userAgent: 'curl/8.14.1', poolNeeded: 4 })).toBeUndefined()
    expect(because('go/enlarge-pool', 'enlarge-pool', { userAgent: 'Go-http-client/1.1', poolNeeded: 4 })).toMatch(
      /^Pool: This traffic needed 4 connections at once; there is room for half as many more\. Time-out: /,
    )
  })

  it('says where the product’s own value is more than the traffic asks for', () => {
    const some = { cause: 'keepalive-disabled' as const, product: 'nginx/1.22.1', demandGap: { median: 1, p95: 2 } }
    expect(because('nginx/enable-keep-alive', 'enable-keep-alive', some)).toBe(
      'Time-out: 75 s is its own default, and no less than this traffic asks for. Requests: 1,000 is its own default, and no less than this traffic asks for.',
    )
    expect(because('nginx/enable-keep-alive', 'enable-keep-alive', { ...some, demandGap: { median: 60, p95: 200 } })).toMatch(
      /^Time-out: 95% of the idle gaps were at most 200 s; 240 s bridges them/,
    )
  })
})

it('an httpd too old for HTTP/2 is told so', () => {
  const where = (product: string): string | undefined => remediesFor('use-http-2', caseOf({ product }))[0]?.where
  expect(where('Apache/2.2.25 (Unix)')).toContain('Needs httpd 2.4.17 or newer: the responses say 2.2.25')
  expect(where('Apache/2.4.58 (Debian)')).toMatch(/From httpd 2\.4\.17$/)
})

it('nothing is said of the version of an httpd that names only 2.4', () => {
  const [remedy] = remediesFor('use-http-2', caseOf({ product: 'Apache/2.4 (Unix)' }))
  expect(remedy).toMatchObject({ id: 'apache/use-http-2', where: expect.stringMatching(/From httpd 2\.4\.17$/) as string })
  expect(remedy?.defaults).toMatch(/^no HTTP\/2 before 2\.4\.17 .*; Protocols http\/1\.1 from 2\.4\.17 /)
})

it('a race is avoided by the client, or by the server that leaves a client no time to', () => {
  const ids = (serverTimeout: number, userAgent: string): readonly string[] =>
    remediesForRace(caseOf({ userAgent }), { serverTimeout }, {})
      .filter(({ offered }) => offered !== true)
      .map(({ id }) => id)
  expect(ids(5, 'Go-http-client/1.1')).toEqual(['go/avoid-race'])
  expect(ids(0.98, 'Go-http-client/1.1')).toEqual(['server/raise-idle-timeout'])
  expect(ids(0.98, 'unknown/1.0')).toEqual(['server/raise-idle-timeout'])
  // Sending a request again needs no time-out.
  expect(ids(0.98, 'python-requests/2.32')).toEqual(['requests/avoid-race'])
  const all = remediesForRace(null, { serverTimeout: 0.98 }, {}).map(({ id }) => id)
  expect(all).toContain('requests/avoid-race')
  expect(all).not.toContain('node/avoid-race')
})

it('Go is given one group: it sends a share for the first alone, and from 1.24 the order says nothing', () => {
  const [remedy] = remediesFor('share-a-taken-group', caseOf({ userAgent: 'Go-http-client/1.1' }))
  expect(remedy?.id).toBe('go/share-a-taken-group')
  expect(remedy?.snippet.match(/tls\.(X25519|CurveP\d+)/g)).toEqual(['tls.CurveP256'])
  expect(remedy?.where).not.toContain('among them')
})

it('a server that closes within a second leaves a client no time-out; a pool is of use all the same, in its own units', () => {
  const quick = caseOf({ timeoutSeconds: 0.8, closeGapSeconds: 0.8 })
  const told = (topic: Topic): ReadonlyMap<string, string> =>
    new Map(remediesFor(topic, quick).map(({ id, snippet }) => [id.split('/')[0]!, snippet]))
  // What is left says nothing of a client's seconds: a proxy's own default, or who to ask.
  for (const topic of ['avoid-race', 'keep-idle-longer'] as const)
    for (const id of ['client', 'go', 'nginx-upstream', 'haproxy', 'curl', 'node', 'cloudfront', 'apache'])
      expect(told(topic).has(id), `${id}/${topic}`).toBe(false)
  const pools = told('pool-connections')
  expect(pools.get('haproxy')).toContain('pool-purge-delay 400ms')
  expect(pools.get('caddy')).toContain('keepalive 400ms')
  expect(pools.get('go')).toContain('400 * time.Millisecond')
  expect(pools.get('okhttp')).toContain('400, TimeUnit.MILLISECONDS')
  expect(pools.get('apache-hc')).toContain('TimeValue.ofMilliseconds(400)')
  expect(pools.get('aiohttp')).toContain('keepalive_timeout=0.4')
  for (const id of ['cloudfront', 'fastly', 'akamai']) expect(pools.has(id), id).toBe(false)
  for (const snippet of pools.values()) expect(snippet).not.toMatch(/\b1 ?s\b|\b0\.4s\b/)
})

it.each([
  [0.1, 0.05],
  [0.8, 0.4],
  [1.9, 0.9],
  [2, 1],
  [5, 4],
  [60, 57],
])('behind a server that closes after %s s a client keeps connections for %s s', (server, client) =>
  expect(staysBelow(server)).toBe(client),
)
