import { expect, it } from 'vitest'
import { remediesFor } from '../remedies/index'
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
  expect(finding!.why).toContain('the version and the field both have to change')
  expect(finding!.evidence).toContain('The requests were HTTP/1.0 with "Connection: close".')
  expect(finding!.remedies[0]!.snippet).toContain('proxy_http_version 1.1;')
  expect(finding!.remedies[0]!.snippet).toContain('proxy_set_header Connection "";')
})

it('curl does not ask by itself: a proxy may have', async () => {
  const [finding] = await found(told({ request: 'close', agent: 'curl/8.5.0' }), 'client-asks-to-close')
  expect(finding!.remedies.map((r) => r.product)).toEqual(['HAProxy', 'curl'])
})

it('who speaks HTTP/1.0 is told to change the version and the field', () => {
  const snippets = new Map(remediesFor('use-http-1.1', null).map(({ id, snippet }) => [id, snippet]))
  expect(snippets.get('client/use-http-1.1')).toBe(
    'Send requests as HTTP/1.1, where connections persist by default, and without "Connection: close".',
  )
  expect(snippets.get('curl/use-http-1.1')).toMatch(/^curl --http1\.1 .* without .*-H "Connection: close"$/)
})

it('ab without -k', async () => {
  const [finding] = await found(told({ version: 'HTTP/1.0', agent: 'ApacheBench/2.3' }), 'client-asks-to-close')
  expect(finding!.remedies[0]!.snippet).toContain('ab -k')
})
