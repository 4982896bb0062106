/** What a replay's agreement with the capture is worth, in words. */
import type { Calibration } from '../model/simulation'
import { nounFor, plural } from './numbers'

/** How much of the capture the replay takes as it was, as a sentence or two; null where that is not told. */
export function givenText({ observed, asCaptured }: Pick<Calibration, 'observed' | 'asCaptured'>): string | null {
  if (asCaptured === undefined) return null
  const { openings, closes } = asCaptured
  if (openings === 0 && closes === 0) return 'The settings explain every opening and every close.'
  const parts = [
    ...(openings > 0 ? [`${plural(openings, 'opening')} beside an idle connection`] : []),
    ...(closes > 0 ? [`${plural(closes, 'close')} for reasons of ${nounFor(closes, 'its', 'their')} own`] : []),
  ]
  const [was, them] = openings + closes === 1 ? ['it was', 'it'] : ['they were', 'them']
  return (
    `Of ${plural(observed, 'connection')}, the replay takes ${parts.join(' and ')} from the capture as ${was}, whatever the settings: ` +
    `no setting explains ${them}${openings + closes >= observed ? ', and so the agreement says little' : ''}.`
  )
}

/** Said wherever a replay's figures stand. */
export const REPLAY_ESTIMATE =
  'What the replay gives are estimates: what these requests would have done under other settings, not what was measured.'
