import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { inSeconds } from '../seconds'
import { actorName, findingOf, ofCause, plural, programOf } from './rule'

/** The client keeps fewer idle connections than it uses at once. */
export const clientPoolFull: Rule = {
  id: 'client-pool-full',
  find: (input) =>
    mergeBy(ofCause(input, 'pool-full'), (g) => `${programOf(g)} ${g.origin}`).map((g) =>
      findingOf(g, input, {
        title: `${actorName(g) ?? 'A client'} keeps only ${g.limit ?? 'few'} idle ${g.limit === 1 ? 'connection' : 'connections'} to ${g.origin}`,
        why: 'At its busy moments the client opens more connections than it may keep, closes them right after their responses, and opens them again at the next busy moment.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened after the client had closed one right after its response while as many as it keeps were idle.`,
          ...(g.demandGap === null
            ? []
            : [`The next one was wanted ${inSeconds(g.demandGap.median)} later${g.handshakes === 1 ? '' : ' (median)'}.`]),
        ],
        confidence: 'medium',
        remedies: remediesFor('enlarge-pool', g),
      }),
    ),
}
