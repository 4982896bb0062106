import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('sees the client’s own timer', async () => {
  const t = traffic()
  for (let i = 0; i < 3; i++)
    t.connection({ at: i * 10 })
      .exchange({ at: i * 10 + 0.02, agent: 'undici' })
      .clientCloses(i * 10 + 4.04)
  const [finding] = await found(t, 'client-idle-timeout-short')
  expect(finding!.title).toBe('undici drops idle connections to http://www.example.com after 4 s')
  expect(finding!.remedies[0]!.snippet).toContain('keepAliveTimeout: 15000')
})

it('no server setting is shown for it, unless the server is known to close sooner', async () => {
  const t = traffic()
  for (let i = 0; i < 3; i++)
    t.connection({ at: i * 10 })
      .exchange({ at: i * 10 + 0.02, agent: 'undici', product: 'nginx/1.22.1' })
      .clientCloses(i * 10 + 4.04)
  const [finding] = await found(t, 'client-idle-timeout-short')
  expect(finding!.remedies.map(({ id }) => id)).toEqual(['undici/keep-idle-longer'])
})

it('a client that keeps to what the server announces is not what has to change', async () => {
  const t = traffic()
  for (let i = 0; i < 3; i++)
    t.connection({ at: i * 10 })
      .exchange({ at: i * 10 + 0.02, agent: 'tester/1', product: 'Apache/2.4.18 (Ubuntu)', timeout: 5 })
      .clientCloses(i * 10 + 5.04)
  const [finding] = await found(t, 'client-idle-timeout-short')
  expect(finding!.why).toContain('The server keeps idle connections for 5 s, and the client for no longer')
  expect(finding!.remedies.map(({ id }) => id)).toEqual(['apache/raise-idle-timeout'])
})
