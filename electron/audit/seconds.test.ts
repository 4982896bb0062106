import { expect, it } from 'vitest'
import { inSeconds } from './seconds'

it.each([
  [0, '0 s'],
  [0.0504, '50 ms'],
  [0.1, '0.1 s'],
  [0.354, '0.35 s'],
  [9.94, '9.9 s'],
  [74.6, '75 s'],
  [3600, '3600 s'],
])('%d is %s', (seconds, text) => expect(inSeconds(seconds)).toBe(text))
