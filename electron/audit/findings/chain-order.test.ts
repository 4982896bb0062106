import { expect, it } from 'vitest'
import type { Chain, ChainCheck } from '../../../shared/model/timers'
import { chainOrder, outOfOrder } from './chain-order'
import type { FindingInput } from './rule'

const check = (some: Partial<ChainCheck> = {}): ChainCheck => ({
  leg: 'proxy-origin',
  from: { role: 'proxy', address: '10.0.0.1', product: null },
  to: { role: 'origin', address: '10.0.1.2:8080', product: null },
  client: { seconds: 60, bound: 'exact', knownBy: 'observed' },
  server: { seconds: 5, bound: 'exact', knownBy: 'observed' },
  marginSeconds: -55,
  marginBound: 'exact',
  state: 'wrong',
  connections: [1, 2],
  ...some,
})

const chain = (...checks: readonly ChainCheck[]): Chain => ({
  proxy: '10.0.0.1:80',
  proxyOutward: '10.0.0.1',
  server: '10.0.1.2:8080',
  joinedBy: 'requests',
  requests: 25,
  legs: { front: 0, back: 1 },
  checks,
})

const find = (...chains: readonly Chain[]) =>
  chainOrder.find({ chains, places: { ofOrigin: new Map(), besideConnection: new Map() } } as unknown as FindingInput)

it('an origin that gives up before its proxy', () => {
  expect(find(chain(check()))).toMatchObject([
    {
      severity: 'warning',
      confidence: 'high',
      title: 'The origin at 10.0.1.2:8080 gives up idle connections before the proxy at 10.0.0.1 does',
      client: 'The proxy at 10.0.0.1',
      connections: [1, 2],
      impact: { handshakes: 0, share: 0 },
    },
  ])
})

it('what is in order, or not known well enough, is no finding', () => {
  expect(find(chain(check({ state: 'ok' }), check({ state: 'unknown' })))).toEqual([])
})

it('what several chains share is told once, what is wrong before what is tight', () => {
  const tight = check({ state: 'tight', to: { role: 'origin', address: '10.0.1.3:8080', product: null }, marginSeconds: 0.5 })
  const groups = outOfOrder([chain(tight), chain(check()), chain(check())])
  expect(groups.map((group) => group.map(({ state }) => state))).toEqual([['wrong'], ['tight']])
})
