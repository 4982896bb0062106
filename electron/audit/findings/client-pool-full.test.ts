import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('says how many idle connections the client keeps', async () => {
  const t = traffic()
  const kept = t.connection({ at: 0 })
  for (const at of [0, 10, 20]) {
    kept.exchange({ at: at + 0.02, takes: 1 })
    for (const i of [1, 2])
      t.connection({ at: at + i / 1000 })
        .exchange({ at: at + 0.02 + i / 1000, takes: 1 })
        .clientCloses(at + 1.03 + i / 1000)
  }
  const [finding] = await found(t, 'client-pool-full')
  expect(finding).toMatchObject({ impact: { handshakes: 4 } })
  expect(finding!.title).toContain('keeps only 1 idle connection to')
})
