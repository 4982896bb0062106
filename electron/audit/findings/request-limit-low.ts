import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { findingOf, ofCause, plural } from './rule'

/** The server allows only so many requests on a connection. */
export const requestLimitLow: Rule = {
  id: 'request-limit-low',
  find: (input) =>
    mergeBy(ofCause(input, 'request-limit'), (g) => g.origin).map((g) =>
      findingOf(g, input, {
        title: `${g.origin} allows ${g.limit ?? 'few'} requests per connection`,
        why: 'Every time the limit is reached the client must set up a new connection, in the middle of its work.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened because the earlier one had ended after exactly ${g.limit ?? '?'} requests.`,
          'The server announced the close or closed at the same count each time.',
        ],
        remedies: remediesFor('raise-request-limit', g),
      }),
    ),
}
