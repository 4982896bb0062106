import { describe, expect, it } from 'vitest'
import type { Quality, QualityIssue, QualityKind } from '../../../shared/model/audit'
import { QUALITY_KINDS } from '../../../shared/model/audit'
import { NO_QUALITY } from '../../../shared/testing/quality'
import { graveNotes, lightNotes, qualityNotes, vantageNote } from './quality'

const issue = (kind: QualityKind, more: Partial<QualityIssue> = {}): QualityIssue => ({
  kind,
  occurrences: null,
  connections: 1,
  leftOutOfReuse: 0,
  notJudged: 0,
  ...more,
})

const quality = (issues: readonly QualityIssue[], vantage: Partial<Quality['vantage']> = {}): Quality => ({
  ...NO_QUALITY,
  issues,
  vantage: { ...NO_QUALITY.vantage, ...vantage },
})

describe('what limits a capture', () => {
  it('has a sentence for what packets lack and a count for the rest, each in one place only', () => {
    const all = quality(QUALITY_KINDS.map((kind) => issue(kind)))
    expect(graveNotes(all).map(({ kind }) => kind)).toEqual([
      'dropped',
      'gap',
      'one-sided',
      'truncated-file',
      'truncated',
      'clock-jump',
    ])
    expect(lightNotes(all).map(({ kind }) => kind)).toEqual([
      'mid-stream',
      'estimated',
      'unfinished',
      'duplicates',
      'without-exchanges',
    ])
    for (const { found, meaning } of qualityNotes(all)) {
      expect(found).toMatch(/^[A-Z0-9].+\.$/)
      expect(meaning).toMatch(/^[A-Z].+\.$/)
    }
  })

  it('counts packets where packets are what is counted', () => {
    const notes = qualityNotes(
      quality([issue('duplicates', { occurrences: 7, connections: 2 }), issue('unfinished', { connections: 3 })]),
    )
    expect(notes.map(({ count }) => count)).toEqual([7, 3])
    expect(notes[0]!.found).toBe('7 packets were seen twice, on 2 connections.')
  })

  it('says how many connections a shortcoming took out of the numbers', () => {
    const [gap] = qualityNotes(quality([issue('gap', { occurrences: 7, connections: 4, leftOutOfReuse: 4, notJudged: 1 })]))
    expect(gap!.meaning).toContain('The reuse ratio leaves out 4 connections for it. 1 connection got no verdict.')
  })
})

describe('where it was captured', () => {
  it('is told, or why it is not, or nothing where no handshake was seen', () => {
    expect(vantageNote(quality([]))).toBeNull()
    expect(vantageNote(quality([], { connections: 2 }))!.found).toBe('Where it was captured cannot be told from 2 handshakes.')
    expect(vantageNote(quality([], { place: 'server', share: 1, connections: 5 }))).toMatchObject({
      label: 'Server side',
      found: 'It was captured on the servers or next to them (100% of the 5 handshakes that can tell agree).',
    })
  })
})
