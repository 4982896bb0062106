import { mergeBy } from './groups'
import type { Rule } from './rule'
import { findingOf, ofCause, plural } from './rule'
import { remediesFor } from '../remedies/index'

/** Connections that ended without announcement, time-out or limit to explain it. */
export const connectionsCutOff: Rule = {
  id: 'connections-cut-off',
  find: (input) =>
    mergeBy(
      ofCause(input, 'server-closed', 'reset').filter((g) => !g.gaveUp),
      (g) => g.origin,
    ).map((g) =>
      findingOf(g, input, {
        title: `Connections to ${g.origin} end without announcement`,
        why: 'An unannounced close costs a new handshake, and a request that meets it fails. Crashing workers, deployments and middleboxes do this.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened after the earlier one was closed by the server or reset, with no header, time-out or limit to explain it.`,
        ],
        confidence: 'low',
        remedies: remediesFor('find-who-closes', g),
      }),
    ),
}
