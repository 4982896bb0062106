import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { findingOf, ofCause, plural } from './rule'

/** The server closed most of what was open at one instant: a restart, a deployment, or idle connections shed. */
export const serverDrain: Rule = {
  id: 'server-drain',
  find: (input) =>
    mergeBy(ofCause(input, 'server-drain'), (g) => g.origin).map((g) =>
      findingOf(g, input, {
        title: `${g.origin} closed its open connections all at once`,
        why: 'After a restart, a deployment or the shedding of idle connections all clients come back together: each pays for a new handshake, and the server for all of them in one moment.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened after the earlier one had been closed together with most others of the server, whatever their idle time.`,
        ],
        confidence: 'medium',
        remedies: remediesFor('find-who-closes', g),
      }),
    ),
}
