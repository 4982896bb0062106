import { describe, expect, it } from 'vitest'
import type { InferredTimer } from '../model/timers'
import {
  addedText,
  advertisedText,
  closedFirstText,
  formatTimeout,
  portSentence,
  raceSentence,
  timerOwner,
  timerText,
  timerValue,
} from './index'

const timer: InferredTimer = {
  kind: 'idle-timeout',
  side: 'server',
  who: { address: '10.0.0.1:80', product: 'nginx/1.22.1', origin: 'http://www.example.com' },
  value: 5.002,
  bound: 'exact',
  spread: { from: 5, to: 5.01 },
  samples: 12,
  of: 12,
  confidence: 'high',
  advertised: 5,
  connections: [1],
}

describe('timers', () => {
  it('are told as what was seen', () => {
    expect(timerText(timer)).toBe('closes after 5.0 s idle (12 of 12 closes)')
    expect(timerText({ ...timer, bound: 'at-least', value: 31.02 })).toBe('kept idle connections at least 31 s')
    expect(timerText({ ...timer, kind: 'request-limit', value: 6, samples: 1, of: 1 })).toBe(
      'ends connections after 6 requests (1 of 1 close)',
    )
    expect(timerText({ ...timer, kind: 'pool-size', side: 'client', value: 6, samples: 114 })).toBe(
      'holds 6 connections and no more, while requests wait (114 times)',
    )
    expect(timerText({ ...timer, kind: 'kept-idle', side: 'client', value: 2, samples: 5, of: 6 })).toBe(
      'keeps 2 idle connections, and closes the others right after their responses (5 of 6 closes)',
    )
    expect(timerValue({ ...timer, bound: 'at-least', value: 31.02 })).toBe('at least 31 s')
    expect([
      advertisedText(timer),
      advertisedText({ ...timer, kind: 'request-limit', advertised: 100 }),
      advertisedText({ ...timer, advertised: null }),
    ]).toEqual(['timeout=5', 'max=100', null])
  })

  it('name their owner, whose strings cannot steer a terminal', () => {
    expect(timerOwner(timer)).toBe('nginx/1.22.1 at 10.0.0.1:80')
    expect(timerOwner({ ...timer, who: { ...timer.who, product: 'x\u001b[31m' } })).toBe('x\ufffd[31m at 10.0.0.1:80')
  })

  it.each([
    [0.5013, '0.50 s'],
    [5.0, '5.0 s'],
    [65.002, '1 min 05 s'],
    [15.4, '15 s'],
  ])('%d s is %s', (seconds, text) => expect(formatTimeout(seconds)).toBe(text))
})

it('expected races come with their sample', () => {
  const p = {
    origin: 'http://a',
    server: '10.0.0.1:80',
    timeoutSeconds: 5,
    knownBy: 'observed' as const,
    rttSeconds: 0.02,
    reusedRequests: 1200,
    pauses: 300,
    near: 12,
    windowSeconds: 0.64,
    seen: 0,
    expectedPer10000: 3.13,
    confidence: 'medium' as const,
  }
  expect(raceSentence(p)).toBe(
    'http://a: with an idle time-out of 5.0 s, 3.13 of 10,000 requests on open connections are expected to meet the close (1,200 requests on open connections, 12 pauses within 320 ms of it; medium confidence).',
  )
  expect(raceSentence({ ...p, expectedPer10000: 0, near: 0 })).toContain(
    'no request on open connections is expected to meet the close',
  )
})

it('the ledger in sentences', () => {
  expect(addedText({ requests: 1, p50: 0.02, p90: 0.02, p99: 0.02, max: 0.02 })).toBe(
    'Of 1 request, half waited for connection setup at most 20 ms, nine in ten at most 20 ms, 99 in a hundred at most 20 ms, and the longest 20 ms.',
  )
  expect(addedText({ requests: 0, p50: 0, p90: 0, p99: 0, max: 0 })).toBeNull()
  expect(
    closedFirstText({
      server: 'a',
      product: null,
      connections: 3,
      openSeconds: 1,
      idleSeconds: 1,
      peakOpen: 1,
      closedFirst: { client: 2, server: 31, both: 0, reset: 0, open: 0 },
      timeWaitPeak: 31,
    }),
  ).toBe('server 31, client 2')
  expect(
    portSentence({
      client: 'c',
      server: 's:80',
      opened: 1,
      opensPerSecond: 1,
      clientClosesFirst: 1,
      timeWaitPeak: 1,
      portsPeak: 1,
      share: 1 / 28232,
      sustainedShare: 0,
    }),
  ).toBe('c to s:80: 1 port of 28,232 taken at once (<0.1%). Linux keeps a port for 60 s where the client closes first.')
})
