import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

const challenge = { status: 401, connectionAuth: 'NTLM' as const }

/** curl --ntlm, once every ten seconds: a challenge and its answer on each connection. */
function invocations(count: number, requests = 1) {
  const t = traffic()
  for (let i = 0; i < count; i++) {
    const c = t.connection({ at: i * 10 }).exchange({ at: i * 10 + 0.02, takes: 0.03, overrides: challenge })
    for (let k = 1; k <= requests; k++) c.exchange({ at: i * 10 + k * 0.1, overrides: { credentials: true } })
    c.clientCloses(i * 10 + requests * 0.1 + 0.03)
  }
  return t
}

it('tells the requests that only authenticate from those that count', async () => {
  const [finding] = await found(invocations(7), 'connection-authentication')
  expect(finding).toMatchObject({
    severity: 'warning',
    confidence: 'medium',
    title: 'NTLM authenticates each connection to http://www.example.com anew',
    impact: { kind: 'authenticated', handshakes: 6, roundTrips: 6, seconds: 0.18, share: 0 },
    connections: [1, 2, 3, 4, 5, 6, 0],
  })
  expect(finding!.evidence.join(' ')).toContain('7 requests on 7 connections did nothing but authenticate')
  expect(finding!.evidence.join(' ')).toContain('Without them 0 of 7 requests (0.0%) found their connection open.')
})

it('a connection that is kept is authenticated once', async () => {
  expect(await found(invocations(1, 5), 'connection-authentication')).toEqual([])
  const [finding] = await found(invocations(2, 5), 'connection-authentication')
  expect(finding).toMatchObject({ severity: 'info', impact: { handshakes: 1 } })
  expect(finding!.evidence.join(' ')).toContain('Without them 8 of 10 requests (80.0%) found their connection open.')
})

it('both legs of NTLM are counted: its first message is met by a challenge as well', async () => {
  const t = traffic()
  for (const at of [0, 10])
    t.connection({ at })
      .exchange({ at: at + 0.02, overrides: { ...challenge, credentials: false } })
      .exchange({ at: at + 0.1, overrides: { ...challenge, credentials: true } })
      .exchange({ at: at + 0.2, overrides: { credentials: true } })
      .clientCloses(at + 0.3)
  const [finding] = await found(t, 'connection-authentication')
  expect(finding).toMatchObject({ severity: 'info', impact: { handshakes: 1, roundTrips: 2 } })
})

it('a challenge that was not met authenticates nothing, nor does one for a scheme that is not bound to the connection', async () => {
  const t = traffic()
  for (const at of [0, 10, 20])
    t.connection({ at })
      .exchange({ at: at + 0.02, overrides: challenge })
      .clientCloses(at + 0.05)
  for (const at of [30, 40])
    t.connection({ at })
      .exchange({ at: at + 0.02, overrides: { status: 401 } })
      .exchange({ at: at + 0.1 })
      .clientCloses(at + 0.2)
  expect(await found(t, 'connection-authentication')).toEqual([])
})

it('nor one that was followed by further requests without credentials, or by none that was let in', async () => {
  for (const credentials of [false, true]) {
    const t = traffic()
    for (const at of [0, 10]) {
      const c = t.connection({ at })
      for (let i = 0; i < 10; i++) c.exchange({ at: at + 0.02 + i * 0.1, overrides: { ...challenge, credentials } })
      c.clientCloses(at + 2)
    }
    expect(await found(t, 'connection-authentication')).toEqual([])
  }
})
