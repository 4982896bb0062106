import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { findingOf, ofCause, plural } from './rule'

/** A browser opens connections of their own for requests with and without credentials. */
export const credentialsKeptApart: Rule = {
  id: 'credentials-kept-apart',
  find: (input) =>
    mergeBy(ofCause(input, 'other-credentials'), (g) => g.origin).map((g) =>
      findingOf(g, input, {
        title: `Requests to ${g.origin} with and without credentials take connections of their own`,
        why: 'Browsers never send a request without credentials on a connection that carried some, nor the other way round, so that the two cannot be linked. A page that makes both kinds of requests to one host pays for two sets of connections.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened beside an idle one whose requests differed in carrying credentials (Cookie or Authorization).`,
          'This is inferred from the fields of the requests: the mode in which the page made them is not in the capture.',
        ],
        confidence: 'medium',
        remedies: remediesFor('align-credentials', g),
      }),
    ),
}
