import { describe, expect, it } from 'vitest'
import type { Chain, ChainCheck } from '../model/timers'
import { chainChecks, chainSentence, chainTimeoutText, joinedText, marginText } from './index'

const WRONG: ChainCheck = {
  leg: 'proxy-origin',
  from: { role: 'proxy', address: '10.0.1.1', product: null },
  to: { role: 'origin', address: '10.0.1.2:8080', product: 'x\u001b[31m' },
  client: { seconds: 60, bound: 'exact', knownBy: 'elsewhere' },
  server: { seconds: 5, bound: 'exact', knownBy: 'observed' },
  marginSeconds: -55,
  marginBound: 'exact',
  state: 'wrong',
  connections: [],
}
const UNKNOWN: ChainCheck = {
  ...WRONG,
  leg: 'client-proxy',
  from: { role: 'client', address: '10.0.0.9', product: 'curl/8.5.0' },
  to: { role: 'proxy', address: '10.0.0.1:80', product: null },
  client: null,
  server: { seconds: 65, bound: 'exact', knownBy: 'advertised' },
  marginSeconds: null,
  marginBound: null,
  state: 'unknown',
}
const CHAIN: Chain = {
  proxy: '10.0.0.1:80',
  proxyOutward: '10.0.1.1',
  server: '10.0.1.2:8080',
  joinedBy: 'requests',
  requests: 25,
  legs: { front: 0, back: 1 },
  checks: [UNKNOWN, WRONG],
}

describe('chains', () => {
  it('are told leg by leg, and what is of the capture cannot steer a terminal', () => {
    expect(CHAIN.checks.map(chainSentence)).toEqual([
      'The client 10.0.0.9 (curl/8.5.0) keeps idle connections for an unknown time, the proxy 10.0.0.1:80 1 min 05 s (advertised): not enough is seen.',
      'The proxy 10.0.1.1 keeps idle connections 1 min (seen towards others), the origin 10.0.1.2:8080 (x\ufffd[31m) 5.0 s: the origin gives up first, margin −55 s.',
    ])
  })

  it('share their comparisons: each is told once', () => {
    const other = { ...CHAIN, checks: [{ ...UNKNOWN, from: { ...UNKNOWN.from, address: '10.0.0.8' } }, WRONG] }
    expect(chainChecks([CHAIN, other]).map(({ from }) => from.address)).toEqual(['10.0.0.9', '10.0.1.1', '10.0.0.8'])
  })

  it.each([
    [1.5, 'exact', '+1.5 s'],
    [2, 'at-least', 'at least +2.0 s'],
    [-0.4, 'at-most', 'at most −0.40 s'],
    [0.001, 'at-most', 'at most 0 s'],
    [null, null, null],
  ] as const)('a margin of %s, %s: %s', (marginSeconds, marginBound, text) =>
    expect(marginText({ ...WRONG, marginSeconds, marginBound })).toBe(text),
  )

  it('say how much is known', () => {
    expect(chainTimeoutText({ seconds: 31.02, bound: 'at-least', knownBy: 'observed' })).toBe('at least 31 s')
    expect(joinedText(CHAIN)).toBe('25 requests followed')
    expect(joinedText({ ...CHAIN, joinedBy: 'vantage', requests: null })).toBe('by the place of the capture')
  })
})
