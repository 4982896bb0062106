import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('an open connection stood by', async () => {
  const t = traffic()
  for (let i = 0; i < 3; i++) t.connection({ at: i * 2 }).exchange({ at: i * 2 + 0.02, agent: 'Go-http-client/1.1' })
  const [finding] = await found(t, 'idle-connection-ignored')
  expect(finding).toMatchObject({ impact: { handshakes: 2 }, confidence: 'medium' })
  expect(finding!.remedies[0]!.snippet).toContain('MaxIdleConnsPerHost')
})
