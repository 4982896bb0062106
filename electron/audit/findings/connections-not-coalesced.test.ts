import { expect, it } from 'vitest'
import { fromSeconds } from '../../../shared/units'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('one certificate, one address, two connections', async () => {
  const t = traffic()
  for (const [i, sni] of ['www.a.test', 'img.a.test'].entries()) {
    const http2 = { maxConcurrentStreams: 100, goaway: null, origins: [], alternatives: [] }
    const tls = { version: 'TLS 1.3', sni, alpn: 'h2', kind: 'full', helloRetry: false, roundTrips: 1, decrypted: true } as const
    const overrides = {
      application: 'h2',
      http2,
      tls: { ...tls, setup: fromSeconds(0.02), certificateNames: ['*.a.test'] },
    } as const
    t.connection({ at: i * 5, overrides }).exchange({ at: i * 5 + 0.05, host: sni, overrides: { scheme: 'https' } })
  }
  expect(await found(t, 'connections-not-coalesced')).toMatchObject([
    { origin: 'https://img.a.test', impact: { handshakes: 1, roundTrips: 2 } },
  ])
})
