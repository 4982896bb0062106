import { expect, it } from 'vitest'
import type { ChainTimeout } from '../../../shared/model/timers'
import { audited } from '../testing/audited'
import { traffic } from '../testing/traffic'
import { check } from './chains'

const exact = (seconds: number): ChainTimeout => ({ seconds, bound: 'exact', knownBy: 'observed' })
const least = (seconds: number): ChainTimeout => ({ seconds, bound: 'at-least', knownBy: 'observed' })

it.each([
  [exact(4), exact(60), 'ok'],
  [exact(60), exact(60), 'wrong'],
  [exact(59.5), exact(60), 'tight'],
  [exact(90), exact(60), 'wrong'],
  [least(60), exact(60), 'wrong'],
  [least(30), exact(60), 'unknown'],
  [exact(4), least(30), 'ok'],
  [exact(30), least(30), 'unknown'],
  [least(4), least(30), 'unknown'],
  [null, exact(5), 'unknown'],
] as const)('client %j, server %j: %s', (client, server, state) =>
  expect(check('client-proxy', client, server).state).toBe(state),
)

/** A proxy that keeps connections to its origin longer than the origin does. */
function proxied(proxyOutward: string, captureAt: 'anywhere' | 'the proxy') {
  const t = traffic()
  for (let i = 0; i < 5; i++) {
    const at = i * 100
    t.connection({ at, client: '10.0.0.9', server: '10.1.0.1', clientShare: captureAt === 'anywhere' ? 0.5 : 1 })
      .exchange({ at: at + 0.02, takes: 0.1, host: 'www.example.com' })
      .clientCloses(at + 30.12)
    t.connection({
      at: at + 0.03,
      client: proxyOutward,
      server: '10.2.0.1',
      port: 8080,
      clientShare: captureAt === 'anywhere' ? 0.5 : 0,
    })
      .exchange({ at: at + 0.05, takes: 0.02, host: 'www.example.com', overrides: { forwarded: true } })
      .serverCloses(at + 5.07)
  }
  return t
}

it('the legs are joined by the address on both, and the leg whose server gives up first is wrong', async () => {
  const { chains, findings } = (await audited(proxied('10.1.0.1', 'anywhere'))).summary
  expect(chains).toMatchObject([
    {
      proxy: '10.1.0.1:80',
      proxyOutward: '10.1.0.1',
      server: '10.2.0.1:8080',
      joinedBy: 'address',
      checks: [
        { leg: 'client-proxy', state: 'unknown' },
        { leg: 'proxy-origin', state: 'wrong', server: { seconds: 5, bound: 'exact' } },
      ],
    },
  ])
  expect(findings.filter((f) => f.rule === 'chain-order')).toMatchObject([
    { severity: 'warning', title: 'The origin at 10.2.0.1:8080 gives up idle connections before the proxy at 10.1.0.1:80 does' },
  ])
})

it('or by the place of the capture, where the proxy has two addresses', async () => {
  const { chains } = (await audited(proxied('10.2.0.7', 'the proxy'))).summary
  expect(chains).toMatchObject([{ proxy: '10.1.0.1:80', proxyOutward: '10.2.0.7', joinedBy: 'vantage' }])
})

it('two servers of one client are no chain', async () => {
  const t = traffic()
  for (let i = 0; i < 4; i++) {
    t.connection({ at: i * 10, server: '10.1.0.1' }).exchange({ at: i * 10 + 0.02 })
    t.connection({ at: i * 10, server: '10.2.0.1' }).exchange({ at: i * 10 + 0.02 })
  }
  expect((await audited(t)).summary.chains).toEqual([])
})
