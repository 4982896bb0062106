import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('an open connection was left behind', async () => {
  const t = traffic()
  for (const i of [1, 2, 3]) t.connection({ at: i * 5, server: `10.0.0.${i}` }).exchange({ at: i * 5 + 0.02 })
  expect(await found(t, 'client-changed-address')).toMatchObject([{ impact: { handshakes: 2 }, confidence: 'medium' }])
})
