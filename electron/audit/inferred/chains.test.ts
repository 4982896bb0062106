import { expect, it } from 'vitest'
import type { ChainTimeout } from '../../../shared/model/timers'
import { audited } from '../testing/audited'
import { traffic } from '../testing/traffic'
import { fromSeconds } from '../../../shared/units'
import { compare } from './chain-check'

const exact = (seconds: number): ChainTimeout => ({ seconds, bound: 'exact', knownBy: 'observed' })
const least = (seconds: number): ChainTimeout => ({ seconds, bound: 'at-least', knownBy: 'observed' })

it.each([
  [exact(4), exact(60), 'ok'],
  [exact(60), exact(60), 'wrong'],
  [exact(59.5), exact(60), 'tight'],
  [exact(90), exact(60), 'wrong'],
  [least(60), exact(60), 'wrong'],
  [least(59.98), exact(60), 'wrong'],
  [least(59.2), exact(60), 'tight'],
  [least(30), exact(60), 'unknown'],
  [exact(4), least(30), 'ok'],
  [exact(30), least(30), 'unknown'],
  [least(4), least(30), 'unknown'],
  [null, exact(5), 'unknown'],
] as const)('client %j, server %j: %s', (client, server, state) => expect(compare(client, server).state).toBe(state))

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
      joinedBy: 'requests',
      checks: [
        { leg: 'client-proxy', state: 'unknown' },
        { leg: 'proxy-origin', state: 'wrong', server: { seconds: 5, bound: 'exact' } },
      ],
    },
  ])
  expect(findings.filter((f) => f.rule === 'chain-order')).toMatchObject([
    { severity: 'warning', title: 'The origin at 10.2.0.1:8080 gives up idle connections before the proxy at 10.1.0.1 does' },
  ])
})

it('or by the place of the capture, where the proxy has two addresses', async () => {
  const { chains } = (await audited(proxied('10.2.0.7', 'the proxy'))).summary
  expect(chains).toMatchObject([{ proxy: '10.1.0.1:80', proxyOutward: '10.2.0.7', joinedBy: 'requests' }])
})

/**
 * Two clients of one proxy with two origins, each asking one: A gives up after 4 s and B never, the proxy's listener after 10; towards
 * origin X the proxy gives up after 5 s, X itself after 8 (as a third party sees), and Y after 3.
 */
function severalWays() {
  const t = traffic()
  const proxy = '10.1.0.1'
  const ways = [
    { client: '10.0.0.9', agent: 'A/1', path: '/a', origin: '10.2.0.1', gaveUp: 4, outward: ['client', 5] },
    { client: '10.0.0.8', agent: 'B/1', path: '/b', origin: '10.2.0.2', gaveUp: null, outward: ['server', 3] },
  ] as const
  for (const [n, { client, agent, path, origin, gaveUp, outward }] of ways.entries())
    for (let i = 0; i < 5; i++) {
      const at = i * 100 + n * 40
      const target = `${path}${i}`
      t.connection({ at, client, server: proxy, rtt: 0.002 })
        .exchange({ at: at + 0.02, takes: 0.1, host: 'a.test', agent, overrides: { target } })
        .closes(gaveUp === null ? 'server' : 'client', at + 0.12 + (gaveUp ?? 10))
      t.connection({ at: at + 0.03, client: proxy, server: origin, port: 8080, rtt: 0.002 })
        .exchange({ at: at + 0.05, takes: 0.02, host: 'a.test', agent, overrides: { forwarded: true, target } })
        .closes(outward[0], at + 0.07 + outward[1])
      t.connection({ at: at + 20, client: '10.3.0.1', server: '10.2.0.1', port: 8080, rtt: 0.002 })
        .exchange({ at: at + 20.02, takes: 0.02, host: 'a.test', overrides: { target: '/health' } })
        .serverCloses(at + 28.04)
    }
  return t
}

it('each client’s way to each origin is a chain of its own, with its own margins', async () => {
  const { chains, findings } = (await audited(severalWays(), { lastAt: fromSeconds(500) })).summary
  expect(chains!.map(({ proxy, server, requests, joinedBy }) => [proxy, server, requests, joinedBy])).toEqual([
    ['10.1.0.1:80', '10.2.0.2:8080', 5, 'requests'],
    ['10.1.0.1:80', '10.2.0.1:8080', 5, 'requests'],
  ])
  const said = chains!.map(({ checks }) =>
    checks.map(({ from, state, marginSeconds, marginBound }) => [from.address, state, marginSeconds, marginBound]),
  )
  expect(said).toEqual([
    [
      ['10.0.0.8', 'wrong', 0, 'at-most'],
      ['10.1.0.1', 'wrong', 0, 'at-most'],
    ],
    [
      ['10.0.0.9', 'ok', 6, 'exact'],
      ['10.1.0.1', 'ok', 3, 'exact'],
    ],
  ])
  expect(findings.filter(({ rule }) => rule === 'chain-order').map(({ title }) => title)).toEqual([
    'The proxy at 10.1.0.1:80 gives up idle connections before the client at 10.0.0.8 (B/1) does',
    'The origin at 10.2.0.2:8080 gives up idle connections before the proxy at 10.1.0.1 does',
  ])
})

it('two servers of one client are no chain', async () => {
  const t = traffic()
  for (let i = 0; i < 4; i++) {
    t.connection({ at: i * 10, server: '10.1.0.1' }).exchange({ at: i * 10 + 0.02 })
    t.connection({ at: i * 10, server: '10.2.0.1' }).exchange({ at: i * 10 + 0.02 })
  }
  expect((await audited(t)).summary.chains).toEqual([])
})
