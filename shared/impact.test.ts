import { expect, it } from 'vitest'
import { impactCount, impactNoun, isAvoidable } from './impact'

const impact = { handshakes: 12, roundTrips: 12, seconds: 0.24, share: 0 }

it('says what is counted; avoidable handshakes where nothing is said', () => {
  expect(impactCount(impact)).toBe('12 handshakes')
  expect(impactCount({ ...impact, kind: 'shorter' })).toBe('12 handshakes to shorten')
  expect(impactCount({ ...impact, kind: 'failed', handshakes: 1 })).toBe('1 failed attempt')
  expect(impactNoun({ ...impact, kind: 'fewer' })).toBe('connections fewer')
  expect([isAvoidable(impact), isAvoidable({ ...impact, kind: 'unused' })]).toEqual([true, false])
})
