import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('sees the client’s own timer', async () => {
  const t = traffic()
  for (let i = 0; i < 3; i++)
    t.connection({ at: i * 10 })
      .exchange({ at: i * 10 + 0.02, agent: 'undici' })
      .clientCloses(i * 10 + 4.04)
  const [finding] = await found(t, 'client-idle-timeout-short')
  expect(finding!.title).toBe('undici drops idle connections to http://www.example.com after 4 s')
  expect(finding!.remedies[0]!.snippet).toContain('keepAliveTimeout: 15000')
})
