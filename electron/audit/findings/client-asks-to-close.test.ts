import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

const told = (words: object) => {
  const t = traffic()
  for (let i = 0; i < 3; i++)
    t.connection({ at: i })
      .exchange({ at: i + 0.02, ...words })
      .serverCloses(i + 0.05)
  return t
}

it('a client that says close', async () => {
  const [finding] = await found(told({ request: 'close', agent: 'wrk' }), 'client-asks-to-close')
  expect(finding).toMatchObject({ title: 'wrk asks the server to close', remedies: [{ id: 'client/stop-asking-to-close' }] })
})

it('HTTP/1.0 with close is how nginx speaks to its upstreams, whatever the User-Agent', async () => {
  const [finding] = await found(told({ request: 'close', version: 'HTTP/1.0', agent: 'curl/8.5.0' }), 'client-asks-to-close')
  expect(finding!.title).toBe('The proxy at 10.0.0.2 speaks HTTP/1.0 without keep-alive')
  expect(finding!.remedies[0]!.snippet).toContain('proxy_http_version 1.1;')
})

it('curl does not ask by itself: a proxy may have', async () => {
  const [finding] = await found(told({ request: 'close', agent: 'curl/8.5.0' }), 'client-asks-to-close')
  expect(finding!.remedies.map((r) => r.product)).toEqual(['HAProxy', 'curl'])
})

it('ab without -k', async () => {
  const [finding] = await found(told({ version: 'HTTP/1.0', agent: 'ApacheBench/2.3' }), 'client-asks-to-close')
  expect(finding!.remedies[0]!.snippet).toContain('ab -k')
})
