import { describe, expect, it } from 'vitest'
import { CAUSES } from '../model/audit'
import { nanos, timeBase } from '../units'
import {
  causeDescription,
  causeLabel,
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatMeasured,
  formatInstant,
  formatOffset,
  causeInSentence,
  formatPercent,
  timeStep,
  plural,
} from './index'

describe('numbers', () => {
  it('groups thousands', () => {
    expect(formatCount(0)).toBe('0')
    expect(formatCount(1234567)).toBe('1,234,567')
    expect(formatCount(null)).toBe('–')
  })

  it('shows percentages with one decimal and never rounds to all or nothing', () => {
    expect(formatPercent(0.775)).toBe('77.5%')
    expect(formatPercent(0.5)).toBe('50.0%')
    expect(formatPercent(1)).toBe('100%')
    expect(formatPercent(0)).toBe('0%')
    expect(formatPercent(0.99999)).toBe('>99.9%')
    expect(formatPercent(0.9994)).toBe('99.9%')
    expect(formatPercent(0.00001)).toBe('<0.1%')
    expect(formatPercent(0.0006)).toBe('0.1%')
    expect(formatPercent(null)).toBe('–')
    expect(formatPercent(Number.NaN)).toBe('–')
  })

  it('picks the unit of bytes', () => {
    expect(formatBytes(999)).toBe('999 B')
    expect(formatBytes(1500)).toBe('1.5 kB')
    expect(formatBytes(999_999)).toBe('1.0 MB')
    expect(formatBytes(1_073_741_824)).toBe('1.1 GB')
    expect(formatBytes(250_000_000)).toBe('250 MB')
  })

  it('shortens for axes', () => {
    expect(formatCompact(950)).toBe('950')
    expect(formatCompact(12_480)).toBe('12.5k')
    expect(formatCompact(3_100_000)).toBe('3.1M')
  })

  it('agrees nouns with counts', () => {
    expect(plural(1, 'connection')).toBe('1 connection')
    expect(plural(0, 'connection')).toBe('0 connections')
    expect(plural(1204, 'reply', 'replies')).toBe('1,204 replies')
  })
})

describe('times', () => {
  it.each([
    [0, '0 ms'],
    [0.000085, '85 µs'],
    [0.0000001, '1 µs'],
    [0.0123, '12.3 ms'],
    [0.002, '2 ms'],
    [0.9994, '999 ms'],
    [0.9996, '1 s'],
    [1.24, '1.24 s'],
    [12.345, '12.3 s'],
    [59.96, '1 min'],
    [125, '2 min 05 s'],
    [3720, '1 h 02 min'],
    [273_600, '3 d 04 h'],
    [-0.5, '−500 ms'],
    [null, '–'],
  ])('%s s is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  it.each([
    [1, '1.00 s'],
    [0.996, '996 ms'],
    [0.9996, '1.00 s'],
    [0.03, '30.0 ms'],
    [0.002, '2.00 ms'],
    [0.009996, '10.0 ms'],
    [0.000085, '85 µs'],
    [0, '0 ms'],
    [41, '41.0 s'],
    [59.96, '1 min'],
    [-0.5, '−500 ms'],
    [null, '–'],
  ])('measured, %s s is %s: three digits, as its neighbours in a column have', (seconds, text) =>
    expect(formatMeasured(seconds)).toBe(text),
  )

  it('shows offsets with three decimals', () => {
    expect(formatOffset(0)).toBe('0.000')
    expect(formatOffset(1234.5678)).toBe('1,234.568')
  })

  it('shows instants in UTC', () => {
    expect(formatInstant(timeBase(1_795_325_139), nanos(207_000_000))).toBe('2026-11-22 05:25:39.207 UTC')
  })
})

it('has words for every cause', () => {
  for (const cause of [...CAUSES, 'first', 'concurrency'] as const) {
    expect(causeLabel(cause)).not.toBe('')
    expect(causeDescription(cause)).toMatch(/\.$/)
  }
})

it.each([
  [466, 120],
  [600, 300],
  [3, 1],
  [1.6, 0.5],
  [0.1, 0.05],
  [0, 1],
  [5000, 1800],
  [400_000, 172_800],
])('an axis of %s s is divided every %s s', (most, step) => expect(timeStep(most)).toBe(step))

it.each([
  ['http10', 'HTTP/1.0 client'],
  ['keepalive-disabled', 'keep-alive disabled'],
] as const)('%s within a sentence is "%s"', (cause, text) => expect(causeInSentence(cause)).toBe(text))
