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

it('a risk’s values are those of this traffic, each server’s own', async () => {
  const t = traffic()
  t.connection({ at: 0 })
    .exchange({ at: 0.02, timeout: 5, host: 'a.test', product: 'nginx/1.22.1', agent: 'Go-http-client/1.1' })
    .exchange({ at: 5.03, timeout: 5, host: 'a.test', product: 'nginx/1.22.1', agent: 'Go-http-client/1.1' })
  t.connection({ at: 0, server: '10.0.0.9' })
    .exchange({ at: 0.02, timeout: 20, host: 'b.test' })
    .exchange({ at: 20.03, timeout: 20, host: 'b.test' })
  const findings = await found(t, 'keep-alive-race')
  expect(findings.map(({ origin, title }) => [origin, title])).toEqual([
    ['http://a.test', 'Clients reuse connections close to the idle time-out of http://a.test'],
    ['http://b.test', 'Clients reuse connections close to the idle time-out of http://b.test'],
  ])
  expect(findings[0]?.remedies).toMatchObject([
    // Below the server's five seconds.
    { id: 'go/avoid-race', snippet: expect.stringContaining('IdleConnTimeout = 4 * time.Second') as string },
    // The pause of 4.99 s, with a tenth in hand.
    { id: 'nginx/raise-idle-timeout', snippet: 'keepalive_timeout 10s;' },
  ])
  expect(findings[1]?.remedies[0]?.because).toMatch(/^The server closes after 20 s, and a client must give up sooner\./)
})

it('a risk is of its own origin, not of another at the same address', async () => {
  const t = traffic()
  for (let i = 0; i < 20; i++)
    t.connection({ at: 0.001 * i })
      .exchange({ at: 0.02 + 0.001 * i, host: 'a.test', takes: 1, agent: 'curl/8.14.1', product: 'Apache/2.4.58' })
      .clientCloses(2)
  t.connection({ at: 3 })
    .exchange({ at: 3.02, host: 'b.test', timeout: 5, agent: 'Go-http-client/1.1', product: 'nginx/1.22.1' })
    .exchange({ at: 8.03, host: 'b.test', timeout: 5, agent: 'Go-http-client/1.1', product: 'nginx/1.22.1' })
    .clientCloses(9)
  const findings = await found(t, 'keep-alive-race')
  expect(findings).toMatchObject([
    {
      origin: 'http://b.test',
      title: 'Clients reuse connections close to the idle time-out of http://b.test',
      connections: [20],
    },
  ])
  expect(findings[0]?.remedies.filter(({ offered }) => offered !== true).map(({ id }) => id)).toEqual([
    'go/avoid-race',
    'nginx/raise-idle-timeout',
  ])
})

it('a server that closes before any time-out of a client is the one to change', async () => {
  const t = traffic()
  const words = { timeout: 1, agent: 'Go-http-client/1.1', product: 'nginx/1.22.1' }
  for (let i = 0; i < 4; i++) {
    const at = i * 5
    t.connection({ at })
      .exchange({ at: at + 0.02, ...words })
      .exchange({ at: at + 1.04, ...words })
      .serverCloses(at + 2.04)
  }
  const findings = await found(t, 'keep-alive-race')
  expect(findings.map(({ remedies }) => remedies.map(({ id }) => id))).toEqual([['nginx/raise-idle-timeout']])
})
