import { describe, expect, it } from 'vitest'
import { SUMMARY, totals } from '../report/testing/fixture'
import { check, parseCondition, valueText } from './fail-on'

describe('--fail-on', () => {
  it.each([
    ['avoidable>0', 30, true],
    ['avoidable>30', 30, false],
    ['avoidable>=30', 30, true],
    ['avoidable!=30', 30, false],
    ['avoidable == 30', 30, true],
    ['reuse<0.8', 0.744, true],
    ['reuse<74.4%', 0.744, false],
    ['avoidable-share>.9', 30 / 32, true],
    ['requests-per-connection<4', 125 / 32, true],
    ['wasted-round-trips<=29', 30, false],
    ['wasted-seconds>1', 0.6125, false],
    ['races>0', 1, true],
    ['findings>0', 1, true],
    ['keepalive-disabled>=24', 24, true],
    ['reset>0', 0, false],
  ])('%s: %s, met: %s', (text, value, met) => {
    expect(check(parseCondition(text), SUMMARY)).toMatchObject({ value, met })
  })

  it.each([
    ['reuse<0.8', 0.417_613_636_3, '0.418'],
    // Three decimals would deny what was met.
    ['reuse<0.418', 0.417_96, '0.41796'],
    ['avoidable>0', 12, '12'],
  ])('%s of %d is said as %s', (text, value, said) => {
    expect(valueText({ condition: parseCondition(text), value, met: true })).toBe(said)
  })

  it('is not met by what is not known', () => {
    expect(check(parseCondition('reuse<1'), { ...SUMMARY, totals: totals() })).toMatchObject({ value: null, met: false })
  })

  it.each(['avoidable>0', 'avoidable=0', 'races>0', 'findings>0', 'wasted-seconds<1', 'reset=0', 'needed<1'])(
    '%s: where nothing was judged nothing is known',
    (text) => {
      const unread = { ...SUMMARY, totals: totals({ connections: 9, notJudged: 9 }), causes: {}, findings: [], races: [] }
      expect(check(parseCondition(text), unread)).toMatchObject({ value: null, met: false })
      expect(check(parseCondition('connections>8'), unread)).toMatchObject({ value: 9, met: true })
    },
  )

  it('findings that handshakes alone show are counted', () => {
    expect(check(parseCondition('findings>0'), { ...SUMMARY, totals: totals() })).toMatchObject({ value: 1, met: true })
  })

  it('races that were seen are counted, also where nothing was judged', () => {
    expect(check(parseCondition('races>0'), { ...SUMMARY, totals: totals() })).toMatchObject({ value: 1, met: true })
  })

  it.each(['', 'avoidable', 'avoidable>', '>0', 'avoidable>-1', 'avoidable>1e3', 'constructor>0', 'avoidable>0;x'])(
    'refuses %j',
    (text) => {
      expect(() => parseCondition(text)).toThrow(/--fail-on/)
    },
  )
})
