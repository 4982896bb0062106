import { expect, it } from 'vitest'
import { typedNumber } from './typed-number'

it.each([
  ['', null],
  ['  ', null],
  ['1', 1],
  [' 12 ', 12],
  ['100000', 100_000],
])('"%s" is taken', (typed, value) => expect(typedNumber(typed, 1, 100_000)).toEqual({ ok: true, value }))

it.each(['0', 'abc', '-3', '1.5', '1e3', '100001', '0x10'])('"%s" is refused, with what would do', (typed) =>
  expect(typedNumber(typed, 1, 100_000)).toEqual({
    ok: false,
    message: 'Not applied: a whole number from 1 to 100,000, please.',
  }),
)
