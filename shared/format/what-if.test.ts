import { expect, it } from 'vitest'
import { givenText } from './index'

it.each([
  [{ observed: 6 }, null],
  [{ observed: 6, asCaptured: { openings: 0, closes: 0 } }, 'The settings explain every opening and every close.'],
  [
    { observed: 100, asCaptured: { openings: 1, closes: 30 } },
    'Of 100 connections, 1 opening beside an idle connection and 30 closes for reasons of their own are taken from the capture as they were, whatever the settings: no setting explains them.',
  ],
  [
    { observed: 2, asCaptured: { openings: 0, closes: 2 } },
    'Of 2 connections, 2 closes for reasons of their own are taken from the capture as they were, whatever the settings: no setting explains them, and so the agreement says little.',
  ],
])('%j', (calibration, text) => expect(givenText(calibration)).toBe(text))
