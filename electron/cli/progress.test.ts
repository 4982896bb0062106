import { describe, expect, it } from 'vitest'
import { progressLine, progressText } from './progress'

const READING = {
  phase: 'reading',
  bytesRead: 450,
  bytesTotal: 1000,
  packets: 12_345,
  connections: 67,
  exchanges: 890,
  reusedExchanges: 800,
} as const

function shown(isTTY: boolean, lines: boolean, times: readonly number[]): string[] {
  const written: string[] = []
  let time = 0
  const line = progressLine({ isTTY, write: (text) => written.push(text) }, lines, () => time)
  for (const at of times) {
    time = at
    line.show(READING)
  }
  line.clear()
  return written
}

it('says how far it is', () => {
  expect(progressText(READING)).toBe('Reading 45.0% 12,345 packets · 67 connections · 890 requests')
  expect(progressText({ ...READING, bytesTotal: 0 })).toBe('Reading 12,345 packets · 67 connections · 890 requests')
  expect(progressText({ ...READING, phase: 'judging' })).toBe('Judging 67 connections …')
})

describe('the line', () => {
  it('stays away while work is short', () => {
    expect(shown(true, false, [100, 999])).toEqual([])
  })

  it('is rewritten on a terminal, ten times a second at most, and goes away', () => {
    const written = shown(true, false, [1000, 1050, 1100])
    expect(written).toHaveLength(3)
    expect(written[0]).toMatch(/^\r\u001b\[KReading/)
    expect(written.at(-1)).toBe('\r\u001b[K')
  })

  it('is nowhere else unless asked for, and then without control characters', () => {
    expect(shown(false, false, [1000, 5000])).toEqual([])
    expect(shown(false, true, [1000, 2000, 5000])).toEqual(Array(2).fill(`${progressText(READING)}\n`))
  })
})
