import { describe, expect, it } from 'vitest'
import { simulated } from '../testing/simulated'
import type { Traffic } from '../testing/traffic'
import { traffic } from '../testing/traffic'

/** A client that asks every so often, and a server that closes after two idle seconds. */
function polling(gaps: readonly number[], timeout = 2): Traffic {
  const t = traffic()
  let now = 0
  let open = t.connection({ at: now }).exchange({ at: now + 0.02 })
  now += 0.04
  for (const gap of gaps) {
    if (gap < timeout) {
      open.exchange({ at: now + gap })
      now += gap + 0.02
    } else {
      open.serverCloses(now + timeout)
      open = t.connection({ at: now + gap }).exchange({ at: now + gap + 0.02 })
      now += gap + 0.04
    }
  }
  return t
}

describe('a server that closes idle connections', () => {
  const gaps = [1, 3, 1, 5, 4, 1, 8, 3, 1]

  it('is reproduced at the time-out that its closes show', async () => {
    const [answer] = await simulated(polling(gaps), [{}])
    expect(answer?.calibration).toMatchObject({ observed: 6, simulated: 6, error: 0, trusted: true })
    expect(answer?.settings.serverIdleTimeoutSeconds).toBeCloseTo(2, 1)
    expect(answer?.requests).toBe(10)
    expect(answer?.prediction?.outcome).toEqual(answer?.prediction?.asCaptured)
  })

  it('would open fewer with a longer time-out, and cost idle time for it', async () => {
    const policies = [
      { idleTimeoutSeconds: 3.5 },
      { idleTimeoutSeconds: 6 },
      { idleTimeoutSeconds: null },
      { idleTimeoutSeconds: 0.5 },
    ]
    const answers = await simulated(polling(gaps), policies)
    expect(answers.map((a) => a.prediction?.outcome.connections)).toEqual([4, 2, 1, 10])
    const idle = answers.map((a) => a.prediction!.outcome.idleConnectionSeconds)
    expect(idle[3]).toBeLessThan(idle[0]!)
    expect(idle[0]).toBeLessThan(idle[2]!)
  })

  it('can be asked for by itself', async () => {
    const t = polling(gaps)
    t.connection({ at: 0, server: '10.0.0.9' }).exchange({ at: 0.02, host: 'elsewhere.example' })
    const [every] = await simulated(t, [{}])
    const [alone] = await simulated(t, [{ idleTimeoutSeconds: null }], 60, 'http://www.example.com')
    const [none] = await simulated(t, [{}], 60, 'http://nowhere.example')
    expect([every?.requests, alone?.requests, none?.requests]).toEqual([11, 10, 0])
    expect(alone?.prediction?.outcome.connections).toBe(1)
    expect(alone?.settings.serverIdleTimeoutSeconds).toBeCloseTo(2, 1)
    expect(none?.refusal).toBe('No connection with a request was opened in the capture: there is nothing to replay.')
  })

  it('gets the smallest time-out that avoids 95 % recommended', async () => {
    const [answer] = await simulated(polling(gaps), [{}])
    const found = answer?.prediction?.recommendation
    expect(found?.unlimitedAvoids).toBe(5)
    expect(found?.timeoutSeconds).toBeGreaterThan(8)
    expect(found?.timeoutSeconds).toBeLessThan(8.15)
    expect(found?.connections).toBe(1)
    expect(found?.settingSeconds).toBe(10)
    expect(found?.confidence).toBe('low')
    expect(found?.text).toContain('60 s')
  })
})
