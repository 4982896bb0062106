import { expect, it } from 'vitest'
import { fromSeconds } from '../../../shared/units'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('counts the connections that GOAWAY ended', async () => {
  const t = traffic()
  for (const [i, at] of [0, 5, 10].entries()) {
    const goaway = { packet: 9, at: fromSeconds(at + 2 + i), by: 'server' as const, lastStream: 1, errorCode: 0 }
    const http2 = { maxConcurrentStreams: 100, goaway, origins: [], alternatives: [] }
    t.connection({ at, overrides: { application: 'h2', http2 } }).exchange({ at: at + 0.02 })
  }
  expect(await found(t, 'goaway-churn')).toMatchObject([{ impact: { handshakes: 2 }, confidence: 'high' }])
})
