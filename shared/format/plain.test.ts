import { describe, expect, it } from 'vitest'
import { formatNumber, plain, plainLines } from './index'

describe('strings from a capture', () => {
  it.each([
    ['shop.example', 'shop.example'],
    ['日本語 😀 é', '日本語 😀 é'],
    ['\u001b[31mred\u001b[0m', '\ufffd[31mred\ufffd[0m'],
    ['\u009b2J', '\ufffd2J'],
    ['a\r\nb\tc\u0000', 'a\ufffd\ufffdb\ufffdc\ufffd'],
    ['moc.live\u202e\u2066', 'moc.live\ufffd\ufffd'],
    ['pay\u200bpal\ufeff\u00ad', 'pay\ufffdpal\ufffd\ufffd'],
    ['\u{e0041}tag', '\ufffdtag'],
    ['\ud800lone', '\ufffdlone'],
  ])('%j shows as %j', (given, shown) => {
    expect(plain(given)).toBe(shown)
  })

  it('are cut, and not in the middle of a character', () => {
    expect(plain('x'.repeat(1_000_000), 10)).toBe('xxxxxxxxx…')
    expect(plain('😀'.repeat(10), 6)).toBe('😀😀…')
  })

  it('may keep their lines and tabs', () => {
    expect(plainLines('a\n\tb\r\nc\u001b\u2028')).toBe('a\n\tb\nc\ufffd\ufffd')
    expect(plainLines('x'.repeat(10_000))).toHaveLength(4000)
  })
})

it.each([
  [1, '1'],
  [2.5, '2.5'],
  [3.906, '3.91'],
  [12.34, '12.3'],
  [1234.5, '1,235'],
  [null, '–'],
])('an average of %s is %s', (value, text) => {
  expect(formatNumber(value)).toBe(text)
})
