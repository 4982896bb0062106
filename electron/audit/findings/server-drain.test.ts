import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('counts the handshakes of those who come back', async () => {
  const t = traffic()
  for (let i = 0; i < 4; i++)
    t.connection({ at: i / 1000 })
      .exchange({ at: 0.03, takes: 0.5 })
      .exchange({ at: 2 + i * 2 })
      .serverCloses(10)
  for (let i = 0; i < 4; i++) t.connection({ at: 20 + i / 1000 }).exchange({ at: 20.03, takes: 0.5 })
  expect(await found(t, 'server-drain')).toMatchObject([{ impact: { handshakes: 4 }, connections: [4, 5, 6, 7] }])
})
