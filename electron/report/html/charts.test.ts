import { describe, expect, it } from 'vitest'
import { barChart, columnChart, niceStep, shortened } from './charts'

const numbers = (svg: string, attribute: string): number[] =>
  [...svg.matchAll(new RegExp(`\\s${attribute}="([\\d.]+)"[^>]*fill="#(?!f1f4f7)`, 'g'))].map((match) => Number(match[1]))

const bar = (...segments: readonly (readonly [number, string])[]) => ({
  segments: segments.map(([value, fill]) => ({ value, fill })),
  value: '',
})

describe('bars', () => {
  it('are as long as their values, on the scale of the longest', () => {
    const rows = [
      { label: 'a', bars: [bar([24, '#111111'])] },
      { label: 'b', bars: [bar([6, '#111111'])] },
    ]
    expect(numbers(barChart('Causes', [{ heading: 'Count' }], rows).text, 'width')).toEqual([388, 97])
  })

  it('stack, and show the smallest value that is not nothing', () => {
    const rows = [{ label: 'a', bars: [bar([0.0001, '#111111'], [0, '#222222'], [0.5, '#333333'])] }]
    expect(numbers(barChart('Reuse', [{ heading: 'Share', most: 1 }], rows).text, 'width')).toEqual([1, 0, 194])
  })

  it('stand in panels, each with a scale of its own', () => {
    const rows = [{ label: 'a', bars: [bar([0.5, '#111111']), bar([1000, '#222222'])] }]
    const svg = barChart('Both', [{ heading: 'Share', most: 1 }, { heading: 'Time' }], rows).text
    expect(numbers(svg, 'width')).toEqual([79.5, 159])
    expect([...svg.matchAll(/<rect\s+x="([\d.]+)"[^>]*fill="#(?:1{6}|2{6})"/g)].map((match) => Number(match[1]))).toEqual([
      182, 411,
    ])
  })

  it('do not divide by nothing', () => {
    const rows = [{ label: 'a', bars: [bar([0, '#111111'])] }]
    expect(barChart('Empty', [{ heading: 'None' }], rows).text).not.toMatch(/NaN|Infinity/)
    expect(barChart('Empty', [{ heading: 'None' }], []).text).not.toMatch(/NaN|Infinity/)
  })

  it('escape their labels', () => {
    const row = { label: '<script>"', bars: [{ segments: [], value: '</svg>' }] }
    const svg = barChart('"><x', [{ heading: '</text>' }], [row]).text
    expect(svg).toContain('&lt;script&gt;')
    expect(svg).not.toMatch(/<script|<x/)
    expect(svg.match(/<\/svg>/g)).toHaveLength(1)
  })
})

describe('columns', () => {
  it('are as high as their values, on a scale of whole counts', () => {
    const svg = columnChart(
      'Opened',
      [
        { from: 0, segments: [{ value: 10, fill: '#111111' }] },
        { from: 1, segments: [{ value: 5, fill: '#111111' }] },
      ],
      1,
      (s) => `${s} s`,
    ).text
    const heights = [...svg.matchAll(/height="([\d.]+)"\s+fill="#111111"/g)].map((match) => Number(match[1]))
    expect(heights[0]).toBe(136)
    expect(heights[1]).toBe(68)
    expect(svg).toContain('>10</text>')
    expect(svg).toContain('>2\u00a0s</text>')
  })

  it('survive an empty capture', () => {
    expect(columnChart('Opened', [], 1, String).text).not.toMatch(/NaN|Infinity/)
  })
})

it.each([
  [10, 4, 5],
  [1, 4, 0.5],
  [97, 4, 50],
  [80, 4, 20],
])('a step for %s in at most %s is %s', (most, count, step) => {
  expect(niceStep(most, count)).toBe(step)
})

it('keeps both ends of a long name', () => {
  expect(shortened('short', 10)).toBe('short')
  expect(shortened('http://very-long-host.example:8080', 18)).toBe('http://very…e:8080')
})
