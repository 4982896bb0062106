import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('names the limit and a higher one', async () => {
  const t = traffic()
  for (let i = 0; i < 3; i++) {
    const c = t.connection({ at: i * 5 })
    for (let k = 0; k < 4; k++)
      c.exchange({ at: i * 5 + 0.02 + k * 0.1, product: 'nginx', ...(k === 3 ? { response: 'close' } : {}) })
    c.serverCloses(i * 5 + 0.4)
  }
  const [finding] = await found(t, 'request-limit-low')
  expect(finding).toMatchObject({ title: 'http://www.example.com allows 4 requests per connection', impact: { handshakes: 2 } })
  // At least a hundred times the limit, and never less than the usual thousand; ten seconds of traffic say nothing of an hour.
  expect(finding!.remedies[0]!.snippet).toBe('keepalive_requests 1000;')
})
