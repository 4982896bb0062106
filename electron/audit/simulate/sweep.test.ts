/** A hundred thousand requests: how much is done for an answer, and that none of it grows faster than they do. bench/README.md has the time. */
import { describe, expect, it } from 'vitest'
import { AS_CAPTURED } from '../../../shared/model/simulation'
import { manyRequests } from '../testing/demand'
import { calibrate } from './calibrate'
import { sweep } from './curve'
import { FIRST } from './demand'
import { Replay } from './replay'
import { settingsOf } from './settings'
import { Tally } from './tally'

const REQUESTS = 100_000
/** Passes over the requests for a curve and its recommendation. */
const MAX_PASSES = 48

describe('a hundred thousand requests', () => {
  it.each([1, 20, 5000])('in %i pools are swept in a bounded number of passes', async (pools) => {
    const demand = manyRequests(REQUESTS, pools)
    expect(demand.requests).toBe(REQUESTS)
    const replay = new Replay(demand)
    expect(calibrate(demand, replay).trusted).toBe(true)
    let passes = 0
    const { curve, unlimited, recommendation } = await sweep(demand, replay, AS_CAPTURED, () => {
      passes++
      return Promise.resolve()
    })
    expect(passes).toBeLessThanOrEqual(MAX_PASSES)
    const connections = curve.map((point) => point.connections)
    const idle = curve.map((point) => point.idleConnectionSeconds)
    expect(connections).toEqual([...connections].sort((a, b) => b - a))
    expect(idle).toEqual([...idle].sort((a, b) => a - b))
    expect(connections.at(-1)).toBeGreaterThanOrEqual(unlimited.connections)
    expect(recommendation?.avoids).toBeGreaterThanOrEqual(0.95 * recommendation!.unlimitedAvoids)
    expect(recommendation?.confidence).toBe('high')
  })

  it('cost one heap entry and one place in a list each, whatever is busy at once', () => {
    // Every request at the same instant: as many connections as requests, none free, none queued for.
    const demand = manyRequests(REQUESTS, 1)
    demand.at.fill(1e9)
    demand.flags.fill(FIRST)
    const tally = new Replay(demand).run(settingsOf(AS_CAPTURED, demand), new Tally(demand.to, true))
    expect([tally.connections, tally.peakOpen]).toEqual([REQUESTS, REQUESTS])
    const few = new Replay(demand).run(
      settingsOf({ ...AS_CAPTURED, poolSize: 6, requestLimit: null }, demand),
      new Tally(demand.to, true),
    )
    expect([few.connections, few.waits]).toEqual([6, REQUESTS - 6])
    const h2 = new Replay(demand).run(settingsOf({ ...AS_CAPTURED, protocol: 'h2' }, demand), new Tally(demand.to, true))
    expect(h2.connections).toBe(REQUESTS / 100)
  })
})
