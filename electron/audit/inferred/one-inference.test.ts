/** Causes, the list of timers and the simulator say the same numbers. */
import { expect, it } from 'vitest'
import { audited } from '../testing/audited'
import { simulated } from '../testing/simulated'
import type { Traffic } from '../testing/traffic'
import { traffic } from '../testing/traffic'

/** Closed by one side after these idle times; the capture was taken half-way. */
function closedAfter(side: 'client' | 'server', gaps: readonly number[]): Traffic {
  const t = traffic()
  gaps.forEach((gap, i) => {
    const at = i * 20
    t.connection({ at, rtt: 0.1, clientShare: 0.5 })
      .exchange({ at: at + 0.1 })
      .exchange({ at: at + 0.2, takes: 0.1 })
      .closes(side, at + 0.3 + gap)
  })
  return t
}

it.each(['server', 'client'] as const)('an idle time-out of the %s', async (side) => {
  const told = (): Traffic => closedAfter(side, [4.1, 4.12, 4.2, 9, 4.11, 4.15, 4.1])
  const { summary, verdicts } = await audited(told())
  const timer = summary.timers!.find((t) => t.kind === 'idle-timeout' && t.side === side)!
  expect(timer).toMatchObject({ bound: 'exact', samples: 6, of: 7 })
  const named = verdicts.filter((v) => v.cause === `${side}-idle-timeout`).map((v) => v.evidence!.timeoutSeconds!)
  expect(named.length).toBeGreaterThanOrEqual(4)
  for (const seconds of named) expect(seconds).toBeCloseTo(timer.value, 6)
  const [answer] = await simulated(told(), [{}], 200)
  const { serverIdleTimeoutSeconds, clientIdleTimeoutSeconds } = answer!.settings
  expect(side === 'server' ? serverIdleTimeoutSeconds : clientIdleTimeoutSeconds).toBeCloseTo(timer.value, 6)
})

it('a maximum age', async () => {
  const t = traffic()
  for (const [i, every] of [3, 7, 4, 11, 5].entries()) {
    const connection = t.connection({ at: i * 70, rtt: 0 })
    for (let at = i * 70 + 0.01; at < i * 70 + 29; at += every) connection.exchange({ at, takes: 0.01 })
    connection.serverCloses(i * 70 + 30 + i / 50)
  }
  const { summary, verdicts } = await audited(t)
  const timer = summary.timers!.find((one) => one.kind === 'max-age')!
  const named = verdicts.filter((v) => v.cause === 'age-limit').map((v) => v.evidence!.ageSeconds)
  expect(named.length).toBeGreaterThan(0)
  for (const seconds of named) expect(seconds).toBeCloseTo(timer.value, 6)
})

it('a request limit', async () => {
  const t = traffic()
  for (let i = 0; i < 3; i++) {
    const connection = t.connection({ at: i * 10 })
    for (let n = 0; n < 5; n++) connection.exchange({ at: i * 10 + 0.02 + n * 0.1, response: n === 4 ? 'close' : null })
    connection.serverCloses(i * 10 + 0.46)
  }
  const { summary, verdicts } = await audited(t)
  expect(summary.timers!.find((one) => one.kind === 'request-limit')).toMatchObject({
    value: 5,
    bound: 'exact',
    samples: 3,
    of: 3,
    connections: [0, 1, 2],
  })
  const named = verdicts.filter((v) => v.cause === 'request-limit').map((v) => v.evidence!.limit)
  expect(named).toEqual([5, 5])
  const [answer] = await simulated(t, [{}], 200)
  expect(answer!.settings.requestLimit).toBe(5)
})

it('how many idle connections a client keeps', async () => {
  const t = traffic()
  const kept = [0, 1].map((i) => t.connection({ at: i / 1000 }))
  for (const at of [0, 10, 20]) {
    for (const [i, one] of kept.entries()) one.exchange({ at: at + 0.02 + i / 1000, takes: 1 })
    for (const i of [2, 3])
      t.connection({ at: at + i / 1000 })
        .exchange({ at: at + 0.02 + i / 1000, takes: 1 })
        .clientCloses(at + 1.03 + i / 1000)
  }
  const { summary, verdicts } = await audited(t)
  expect(summary.timers!.filter(({ kind }) => kind === 'kept-idle' || kind === 'pool-size')).toMatchObject([
    {
      kind: 'kept-idle',
      side: 'client',
      value: 2,
      bound: 'exact',
      samples: 6,
      of: 6,
      confidence: 'medium',
      who: { origin: 'http://www.example.com' },
    },
    { kind: 'pool-size', value: 4, bound: 'at-least' },
  ])
  const named = verdicts.filter((v) => v.cause === 'pool-full').map((v) => v.evidence!.limit)
  expect(named).toEqual([2, 2, 2, 2])
})
