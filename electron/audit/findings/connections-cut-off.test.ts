import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('closes that nothing explains are shown with low confidence', async () => {
  const t = traffic()
  t.connection({ at: 0 }).exchange({ at: 0.02 }).serverCloses(3.04)
  t.connection({ at: 5 }).exchange({ at: 5.02 }).closes('server', 6, 'rst')
  t.connection({ at: 9 }).exchange({ at: 9.02 })
  expect(await found(t, 'connections-cut-off')).toMatchObject([
    { impact: { handshakes: 2 }, confidence: 'low', connections: [1, 2] },
  ])
})
