import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { tls, tls12 } from '../testing/tls'
import { traffic } from '../testing/traffic'

it('a full TLS 1.2 handshake takes a round trip more; one with a session before it is left to resumption', async () => {
  const t = traffic()
  for (const [i, client] of ['10.0.0.2', '10.0.0.3', '10.0.0.3'].entries())
    t.connection({ at: i * 5, client, port: 443, overrides: { tls: tls12() } })
      .exchange({ at: i * 5 + 0.1, host: 'www.a.test', overrides: { scheme: 'https' } })
      .serverCloses(i * 5 + 1)
  const [finding] = await found(t, 'tls-old-version')
  expect(finding).toMatchObject({
    title: 'https://www.a.test is reached with TLS 1.2',
    impact: { kind: 'shorter', handshakes: 2, roundTrips: 2, seconds: 0.04, share: 0 },
  })
  expect(finding?.evidence[1]).toContain('would save 1 more on full handshakes')
  expect(await found(t, 'tls-not-resumed')).toMatchObject([{ impact: { handshakes: 1, roundTrips: 1 } }])
})

it('neither TLS 1.3 nor False Start takes one', async () => {
  for (const setup of [tls(), { ...tls12(), roundTrips: 1 }]) {
    const t = traffic()
    t.connection({ at: 0, port: 443, overrides: { tls: setup } }).exchange({ at: 0.1, host: 'www.a.test' })
    expect(await found(t, 'tls-old-version')).toEqual([])
  }
})
