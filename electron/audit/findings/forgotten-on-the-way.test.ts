import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('says how long the connection had been idle', async () => {
  const t = traffic()
  for (const at of [0, 400])
    t.connection({ at })
      .exchange({ at: at + 0.02 })
      .exchange({ at: at + 360, unanswered: true })
      .closes('server', at + 360.02, 'rst')
  const [finding] = await found(t, 'forgotten-on-the-way')
  expect(finding).toMatchObject({ impact: { handshakes: 1 }, confidence: 'medium' })
  expect(finding!.evidence[1]).toBe('It had been idle for 360 s.')
})
