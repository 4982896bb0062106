import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { clientName, findingOf, ofCause, plural, programOf } from './rule'
import { isHintTooShort } from './timeout-hint-too-short'

/** The client closes right after the response, though the server would have kept the connection. */
export const clientDoesNotPool: Rule = {
  id: 'client-does-not-pool',
  find(input) {
    const groups = ofCause(input, 'client-closed').filter((g) => !isHintTooShort(g))
    return mergeBy(groups, (g) => `${programOf(g)} ${g.origin}`).map((g) =>
      findingOf(g, input, {
        title: `${clientName(g) ?? 'A client'} does not pool connections to ${g.origin}`,
        why: 'The server would have kept the connection open; the client gave it up and paid for a new one at its next request.',
        evidence: [
          `${plural(g.handshakes, 'time')} the client opened a connection after it had closed an earlier one itself.`,
          'No close had been announced by either side, and no idle time-out explains it.',
        ],
        confidence: 'high',
        remedies: remediesFor('pool-connections', g),
      }),
    )
  },
}
