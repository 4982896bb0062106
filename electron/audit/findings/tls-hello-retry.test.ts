import { expect, it } from 'vitest'
import { fromSeconds } from '../../../shared/units'
import { found } from '../testing/found'
import { tls } from '../testing/tls'
import { traffic } from '../testing/traffic'

it('each HelloRetryRequest costs a round trip', async () => {
  const t = traffic()
  for (const [i, helloRetry] of [true, false, true].entries()) {
    const setup = tls({ helloRetry, roundTrips: helloRetry ? 2 : 1, setup: fromSeconds(helloRetry ? 0.04 : 0.02) })
    t.connection({ at: i, client: `10.0.0.${i + 2}`, port: 443, overrides: { tls: setup } }).exchange({
      at: i + 0.1,
      host: 'www.a.test',
      overrides: { scheme: 'https' },
    })
  }
  expect(await found(t, 'tls-hello-retry')).toMatchObject([
    {
      severity: 'warning',
      origin: 'https://www.a.test',
      connections: [0, 2],
      impact: { kind: 'shorter', handshakes: 2, roundTrips: 2, seconds: 0.04, share: 0 },
    },
  ])
})
