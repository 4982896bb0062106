import { remediesFor } from '../remedies/index'
import type { CaseGroup } from './groups'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { inSeconds } from '../seconds'
import { findingOf, ofCause, plural } from './rule'

/** Clients hold back one to two seconds of an advertised time-out for the network: this or less leaves nothing. */
const USELESS_HINT = 2

/** The client asked for keep-alive, was told a tiny time-out, and closed at once. */
export const isHintTooShort = (g: CaseGroup): boolean =>
  g.cause === 'client-closed' &&
  g.advertisedTimeout !== null &&
  g.advertisedTimeout <= USELESS_HINT &&
  /keep-alive/i.test(g.requestConnection ?? '')

/** The server's `Keep-Alive: timeout=` is so short that careful clients do not keep the connection at all. */
export const timeoutHintTooShort: Rule = {
  id: 'timeout-hint-too-short',
  find: (input) =>
    mergeBy(ofCause(input, 'client-closed').filter(isHintTooShort), (g) => g.origin).map((g) =>
      findingOf(g, input, {
        title: `${g.origin} advertises a time-out of ${inSeconds(g.advertisedTimeout ?? 0)}, so clients keep nothing`,
        why: 'Clients subtract a second or two from the advertised time-out to stay clear of the server’s close. Nothing is left, so they close after each response.',
        evidence: [
          `Responses said "Keep-Alive: timeout=${g.advertisedTimeout}"; the client asked for keep-alive and closed right after the response.`,
          `${plural(g.handshakes, 'connection was', 'connections were')} opened for it.`,
        ],
        confidence: 'medium',
        remedies: remediesFor('raise-idle-timeout', g),
      }),
    ),
}
