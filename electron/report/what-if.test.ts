import { describe, expect, it } from 'vitest'
import { AS_CAPTURED } from '../../shared/model/simulation'
import { refusedOf, whatIfOf } from '../../shared/testing/what-if'
import { whatIfJson, whatIfText } from './what-if'

const query = { origin: null, policy: { ...AS_CAPTURED, idleTimeoutSeconds: 75 } }

describe('what-if, printed', () => {
  it('shows first how well the capture is reproduced, then what would change', () => {
    const text = [...whatIfText(whatIfOf(query))].join('')
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(text.indexOf('REPRODUCED')).toBeLessThan(text.indexOf('OUTCOME'))
    expect(text).toMatch(/Connections opened in the capture +40\n.*replayed as captured +41\n +Error +2\.5%/)
    expect(text).toMatch(
      /as captured +1 min 15 s server|as captured +75 s server|as captured +1\.3 min server|as captured +\S.* server/,
    )
    expect(text).toMatch(/Connections opened +40 +10\n/)
    expect(text).not.toContain('1 h')
    // Whatever is predicted is called an estimate.
    expect(text).toContain('OUTCOME, ESTIMATED')
    expect(text.replace(/\s+/g, ' ')).toContain('What the replay gives are estimates')
    expect(text.replace(/\s+/g, ' ')).toContain(
      'Recommended: 1 min. 41.2 s, the least that does, would avoid 29 of the 30 connections that an unlimited one would. Confidence: medium.',
    )
    expect(text).toContain('Avoidable, but by no setting here: 4 (')
  })

  it('gives no number where the capture is not reproduced', () => {
    const text = [...whatIfText(refusedOf(query))].join('')
    expect(text).toContain('where 40 were opened')
    expect(text).not.toContain('OUTCOME')
  })

  it('is JSON with its schema, and keeps a terminal safe from names', () => {
    expect(JSON.parse([...whatIfJson(whatIfOf(query))].join(''))).toMatchObject({ schema: 'roundtrip.what-if/1', pools: 3 })
    const escape = String.fromCharCode(27)
    expect([...whatIfText(whatIfOf({ ...query, origin: `http://${escape}[2Jx` }))].join('')).not.toContain(escape)
  })
})
