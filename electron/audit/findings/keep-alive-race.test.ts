import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('a lost request is an error', async () => {
  const t = traffic()
  t.connection({ at: 0, rtt: 0.2 }).exchange({ at: 0.2 }).exchange({ at: 2.22, unanswered: true }).serverCloses(2.3)
  t.connection({ at: 2.5, rtt: 0.2 }).exchange({ at: 2.7 })
  expect(await found(t, 'keep-alive-race')).toMatchObject([
    { severity: 'error', connections: [0], impact: { handshakes: 1, roundTrips: 1 } },
  ])
})

it('a risk is a warning, and costs nothing yet', async () => {
  const t = traffic()
  t.connection({ at: 0 }).exchange({ at: 0.02, timeout: 5 }).exchange({ at: 5.03, timeout: 5 })
  expect(await found(t, 'keep-alive-race')).toMatchObject([
    { severity: 'warning', impact: { handshakes: 0 }, origin: 'http://www.example.com' },
  ])
})
