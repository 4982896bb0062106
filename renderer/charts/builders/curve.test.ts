import { describe, expect, it } from 'vitest'
import { whatIfOf } from '../../../shared/testing/what-if'
import { AS_CAPTURED } from '../../../shared/model/simulation'
import { timeoutCurve } from './curve'

const policy = { ...AS_CAPTURED, idleTimeoutSeconds: 20 }

describe('the trade-off curve', () => {
  it('marks what is tried and what is recommended', () => {
    const model = timeoutCurve(whatIfOf({ origin: null, policy }), policy)
    expect(model?.marks.map(({ at }) => at)).toEqual([20, 60])
    expect(model?.left.values).toEqual([40, 12, 10])
    expect(model?.knownUntil).toBe(300)
    expect(model?.summary).toBe(
      'Connections opened over the idle time-out: from 40 at 5 s to 10 without one. 1 min is recommended.',
    )
  })

  it('marks no time-out that has no place on it', () => {
    expect(timeoutCurve(whatIfOf({ origin: null, policy }), AS_CAPTURED)?.marks).toHaveLength(1)
  })

  it('is not drawn of what is not predicted', () => {
    expect(timeoutCurve({ ...whatIfOf({ origin: null, policy }), prediction: null }, policy)).toBeNull()
  })
})
