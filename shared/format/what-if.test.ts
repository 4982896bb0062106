import { expect, it } from 'vitest'
import { givenText } from './index'

it.each([
  [{ observed: 6 }, null],
  [{ observed: 6, asCaptured: { openings: 0, closes: 0 } }, 'The settings explain every opening and every close.'],
  [
    { observed: 100, asCaptured: { openings: 1, closes: 30 } },
    'Of 100 connections, the replay takes 1 opening beside an idle connection and 30 closes for reasons of their own from the capture as they were, whatever the settings: no setting explains them.',
  ],
  [
    { observed: 1, asCaptured: { openings: 0, closes: 1 } },
    'Of 1 connection, the replay takes 1 close for reasons of its own from the capture as it was, whatever the settings: no setting explains it, and so the agreement says little.',
  ],
])('%j', (calibration, text) => expect(givenText(calibration)).toBe(text))
