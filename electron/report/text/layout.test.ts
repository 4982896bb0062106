import { expect, it } from 'vitest'
import { bar, columns, fit, hanging, left, right, wrap } from './layout'

it('counts columns, not characters', () => {
  expect([columns('abc'), columns('日本'), columns('e\u0301'), columns('')]).toEqual([3, 4, 1, 0])
})

it('cuts and fills to a width', () => {
  expect(fit('abcdef', 4)).toBe('abc…')
  expect(columns(fit('日本語日本語', 6))).toBeLessThanOrEqual(6)
  expect([left('ab', 4), right('ab', 4)]).toEqual(['ab  ', '  ab'])
})

it('fills lines with words and breaks those that are too long', () => {
  expect(wrap('one two  three four', 9)).toEqual(['one two', 'three', 'four'])
  expect(wrap('a'.repeat(25), 10)).toEqual(['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5)])
  expect(wrap('', 10)).toEqual([])
  expect(hanging('- ', 'one two three', 12)).toEqual(['- one two', '  three'])
})

it('draws the smallest share that is not nothing', () => {
  expect([bar(0, 8), bar(0.0001, 8), bar(0.5, 8), bar(1, 8), bar(2, 4)]).toEqual(['', '▏', '████', '████████', '████'])
})
