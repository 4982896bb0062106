import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { tls } from '../testing/tls'
import { traffic } from '../testing/traffic'

/** The first alone, then all of them busy at once. */
function parallel(n: number, secure: boolean, agents: readonly string[] = ['tester/1.0']) {
  const t = traffic()
  for (let i = 0; i < n; i++) {
    const at = i === 0 ? 0 : 1
    const words = secure ? { port: 443, overrides: { tls: tls() } } : {}
    t.connection({ at, ...words }).exchange({
      at: at + 0.1,
      takes: 5,
      host: 'www.a.test',
      agent: agents[i % agents.length]!,
      overrides: { scheme: secure ? 'https' : 'http' },
    })
  }
  return t
}

it('six at once over TLS, where HTTP/2 needs one', async () => {
  expect(await found(parallel(6, true), 'http2-needs-fewer')).toMatchObject([
    {
      severity: 'info',
      title: 'HTTP/2 would need 1 connection to https://www.a.test instead of 6',
      // Five spared, each TCP and TLS 1.3.
      impact: { kind: 'fewer', handshakes: 5, roundTrips: 10, seconds: 0.2, share: 0 },
    },
  ])
})

it('in the clear, the TLS that HTTP/2 needs is taken off', async () => {
  const [finding] = await found(parallel(6, false), 'http2-needs-fewer')
  expect(finding).toMatchObject({ impact: { handshakes: 5, roundTrips: 4, seconds: 0.08 } })
  expect(finding?.evidence[1]).toContain('already taken off')
})

it('three are no crowd', async () => {
  expect(await found(parallel(3, true), 'http2-needs-fewer')).toEqual([])
})

it('the snippet is that of the server and of the client, in the version they say', async () => {
  const t = traffic()
  for (let i = 0; i < 6; i++)
    t.connection({ at: i === 0 ? 0 : 1, port: 443, overrides: { tls: tls() } }).exchange({
      at: 1.1,
      takes: 5,
      host: 'www.a.test',
      product: 'nginx/1.27.1',
      agent: 'python-httpx/0.28.1',
      overrides: { scheme: 'https' },
    })
  const [finding] = await found(t, 'http2-needs-fewer')
  expect(finding?.remedies.map(({ id, snippet }) => [id, snippet.split('\n').at(-1)])).toEqual([
    ['nginx/use-http-2', 'http2 on;'],
    ['httpx/speak-http-2', expect.stringMatching(/^client = httpx\.Client\(http2=True\)/)],
  ])
})

it('is not offered to clients that cannot speak it', async () => {
  const [ab] = await found(parallel(6, false, ['ApacheBench/2.3']), 'http2-needs-fewer')
  expect(ab!.title).toMatch(/, but its clients speak HTTP\/1 only$/)
  expect(ab!.evidence[1]).toContain('All clients seen here (ab (ApacheBench)) speak HTTP/1 only')
  expect(ab!.remedies).toEqual([])
  const [both] = await found(parallel(6, false, ['ApacheBench/2.3', 'curl/8.14.1']), 'http2-needs-fewer')
  expect(both!.title).not.toContain('only')
  expect(both!.remedies.map(({ id }) => id)).toContain('server/use-http-2')
})
