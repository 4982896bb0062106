import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('names the header, the cost and nginx’ setting', async () => {
  const t = traffic()
  for (let i = 0; i < 8; i++)
    t.connection({ at: i })
      .exchange({ at: i + 0.02, response: 'close', product: 'nginx/1.22.1' })
      .serverCloses(i + 0.05)
  const [finding] = await found(t, 'keep-alive-disabled')
  expect(finding).toMatchObject({
    severity: 'error',
    origin: 'http://www.example.com',
    impact: { handshakes: 7, roundTrips: 7, seconds: 0.14, share: 1 },
    confidence: 'high',
    connections: [1, 2, 3, 4, 5, 6, 7],
  })
  expect(finding!.evidence.join(' ')).toContain('"Connection: close"')
  expect(finding!.remedies.map((r) => r.id)).toEqual(['nginx/enable-keep-alive'])
})

it('says so when only the close could end the responses', async () => {
  const t = traffic()
  for (let i = 0; i < 3; i++)
    t.connection({ at: i })
      .exchange({ at: i + 0.02, overrides: { closeDelimited: true } })
      .serverCloses(i + 0.05)
  const [finding] = await found(t, 'keep-alive-disabled')
  expect(finding!.remedies[0]!.id).toBe('server/delimit-responses')
})

it('says nothing of a server that keeps connections', async () => {
  const t = traffic()
  t.connection({ at: 0 }).exchange({ at: 0.02 }).exchange({ at: 1 })
  expect(await found(t, 'keep-alive-disabled')).toEqual([])
})
