import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { inSeconds } from '../seconds'
import { findingOf, ofCause, plural } from './rule'

/** Connections are ended at a certain age, however much they are used. */
export const ageLimitLow: Rule = {
  id: 'age-limit-low',
  find: (input) =>
    mergeBy(ofCause(input, 'age-limit'), (g) => g.origin).map((g) =>
      findingOf(g, input, {
        title: `Connections to ${g.origin} are ended at an age of ${inSeconds(g.ageSeconds ?? 0)}`,
        why: 'A limit of age ends connections that are in use, so that every so often a request must wait for a new one. Limits of this kind spread load after a change behind a name; minutes or hours serve that as well as seconds.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened after the earlier one had been ended at about that age.`,
          'Their idle times and numbers of requests differ, and none was used beyond that age.',
        ],
        confidence: 'medium',
        remedies: remediesFor('raise-age-limit', g),
      }),
    ),
}
