import { expect, it } from 'vitest'
import { audited } from '../testing/audited'
import { traffic } from '../testing/traffic'

it('says what a longer time-out would do for the origin that loses connections to a short one', async () => {
  const t = traffic()
  for (let i = 0; i < 6; i++) {
    const c = t.connection({ at: i * 12 })
    c.exchange({ at: i * 12 + 0.02, takes: 0.02 })
    c.serverCloses(i * 12 + 5.04)
  }
  const { summary } = await audited(t)
  expect(summary.totals).toMatchObject({ connections: 6, avoidable: 5 })
  expect(summary.whatIf).toHaveLength(1)
  // Six requests twelve seconds apart: one connection, once it may be idle for twelve seconds.
  expect(summary.whatIf![0]).toMatchObject({
    timeoutOf: 'server',
    calibration: { observed: 6, simulated: 6, trusted: true },
    asCaptured: { connections: 6 },
    recommended: { connections: 1 },
    recommendation: { settingSeconds: 15, connections: 1, avoids: 5, unlimitedAvoids: 5 },
  })
  expect(summary.whatIf![0]!.recommendation.timeoutSeconds).toBeCloseTo(12, 0)
})

it('says nothing where no time-out costs connections', async () => {
  const t = traffic()
  const c = t.connection({ at: 0 })
  c.exchange({ at: 0.02, takes: 0.02 })
  c.exchange({ at: 3, takes: 0.02 })
  expect((await audited(t)).summary.whatIf).toEqual([])
})
