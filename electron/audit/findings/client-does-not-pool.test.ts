import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it.each([
  ['curl/8.5.0', 'curl/pool-connections'],
  ['python-requests/2.32.0', 'requests/pool-connections'],
  ['Go-http-client/1.1', 'go/pool-connections'],
  ['undici', 'undici/pool-connections'],
  ['strange/1', 'client/pool-connections'],
])('%s gets %s', async (agent, remedy) => {
  const t = traffic()
  for (let i = 0; i < 3; i++)
    t.connection({ at: i })
      .exchange({ at: i + 0.02, agent })
      .clientCloses(i + 0.05)
  const [finding] = await found(t, 'client-does-not-pool')
  expect(finding).toMatchObject({ client: agent, impact: { handshakes: 2 }, severity: 'warning' })
  expect(finding!.remedies.map((r) => r.id)).toEqual([remedy])
})

it.each([
  ['curl/8.5.0', 1, true],
  ['curl/8.5.0', 2, false],
  ['strange/1', 1, false],
])('%s with %d requests a connection: separate runs are named: %s', async (agent, each, named) => {
  const t = traffic()
  for (let i = 0; i < 3; i++) {
    const c = t.connection({ at: i })
    for (let k = 0; k < each; k++) c.exchange({ at: i + 0.02 + k / 20, agent })
    c.clientCloses(i + 0.2)
  }
  const [finding] = await found(t, 'client-does-not-pool')
  expect(finding?.evidence.some((line) => line.includes('Separate runs'))).toBe(named)
})
