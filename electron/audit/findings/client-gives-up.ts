import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { actorName, findingOf, ofCause, plural } from './rule'

/** The client ends connections with a response outstanding: in HTTP/1 there is no other way to give it up (RFC 9112 §9.5). */
export const clientGivesUp: Rule = {
  id: 'client-gives-up',
  find: (input) =>
    mergeBy(
      ofCause(input, 'reset', 'unknown').filter((g) => g.gaveUp),
      (g) => `${g.userAgent} ${g.origin}`,
    ).map((g) =>
      findingOf(g, input, {
        title: `${actorName(g) ?? 'The client'} gives up on responses of ${g.origin}`,
        why: 'In HTTP/1 a client can give a response up only by ending the connection, so that each cancelled or timed-out request costs the next one a new handshake. HTTP/2 and HTTP/3 cancel a stream and keep the connection.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened after the client had ended an earlier one before it had its whole response.`,
        ],
        confidence: 'medium',
        remedies: remediesFor('wait-for-responses', g),
      }),
    ),
}
