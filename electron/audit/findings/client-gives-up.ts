import { remediesFor } from '../remedies/index'
import type { CaseGroup } from './groups'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { actorName, findingOf, ofCause, plural } from './rule'

/** Reset by the client, and not by the server or something on the way. */
export const isGivenUp = (g: CaseGroup): boolean => g.cause === 'reset' && g.endedBy === 'client'

/** The client resets connections: in HTTP/1 there is no other way to give a response up (RFC 9112 §9.5). */
export const clientGivesUp: Rule = {
  id: 'client-gives-up',
  find: (input) =>
    mergeBy(ofCause(input, 'reset').filter(isGivenUp), (g) => `${g.userAgent} ${g.origin}`).map((g) =>
      findingOf(g, input, {
        title: `${actorName(g) ?? 'The client'} resets connections to ${g.origin}`,
        why: 'In HTTP/1 a client can give a response up only by ending the connection, so that each cancelled or timed-out request costs the next one a new handshake. HTTP/2 and HTTP/3 cancel a stream and keep the connection.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened after the client had reset an earlier one, with no announced close to explain it.`,
        ],
        confidence: 'medium',
        remedies: remediesFor('wait-for-responses', g),
      }),
    ),
}
