import { remediesFor } from '../remedies/index'
import type { CaseGroup } from './groups'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { actorName, findingOf, ofCause, plural, programOf } from './rule'
import { isHintTooShort } from './timeout-hint-too-short'

/** Programs that are usually started anew for each request. */
const STARTED_ANEW = /^(curl|wget|httpie|lwp-request|aria2|python-urllib|python-requests)\b/i

/** Nothing in a capture tells separate processes of one program at one address from each other: they are one pool. */
const mayBeProcesses = ({ userAgent, mostCarried }: CaseGroup): readonly string[] =>
  mostCarried > 1 || userAgent === null || !STARTED_ANEW.test(userAgent)
    ? []
    : [
        'Each connection carried one request. Separate runs of a program look like one client in a capture: if each request was a process of its own, only one long-running program, or a local proxy, can keep the connection.',
      ]

/** The client closes right after the response, though the server would have kept the connection. */
export const clientDoesNotPool: Rule = {
  id: 'client-does-not-pool',
  find(input) {
    const groups = ofCause(input, 'client-closed').filter((g) => !isHintTooShort(g))
    return mergeBy(groups, (g) => `${programOf(g)} ${g.origin}`).map((g) =>
      findingOf(g, input, {
        title: `${actorName(g) ?? 'A client'} does not pool connections to ${g.origin}`,
        why: 'The server would have kept the connection open; the client gave it up and paid for a new one at its next request.',
        evidence: [
          `${plural(g.handshakes, 'time')} the client opened a connection after it had closed an earlier one itself.`,
          'No close had been announced by either side, and no idle time-out explains it.',
          ...mayBeProcesses(g),
        ],
        confidence: 'high',
        remedies: remediesFor('pool-connections', g),
      }),
    )
  },
}
