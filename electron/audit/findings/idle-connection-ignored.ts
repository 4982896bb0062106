import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { actorName, findingOf, medianText, ofCause, plural, programOf } from './rule'

/** An open, idle connection was there, and the client opened another. */
export const idleConnectionIgnored: Rule = {
  id: 'idle-connection-ignored',
  find: (input) =>
    mergeBy(ofCause(input, 'idle-connection-ignored'), (g) => `${programOf(g)} ${g.origin}`).map((g) =>
      findingOf(g, input, {
        title: `${actorName(g) ?? 'A client'} opens connections to ${g.origin} beside idle ones`,
        why: 'The client has several pools (one per worker, process or client object), or uses its pool for some requests only; each pays for its own handshakes.',
        evidence: [
          `${plural(g.handshakes, 'time')} an earlier connection was open and idle when another was opened.`,
          ...(g.demandGap === null ? [] : [`It had been idle for ${medianText(g.demandGap.median, g.handshakes)}.`]),
        ],
        confidence: 'medium',
        remedies: remediesFor('pool-connections', g),
      }),
    ),
}
