import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { findingOf, medianText, ofCause, plural } from './rule'

/** A firewall, NAT or load balancer forgot an idle connection. */
export const forgottenOnTheWay: Rule = {
  id: 'forgotten-on-the-way',
  find: (input) =>
    mergeBy(ofCause(input, 'middlebox'), (g) => g.origin).map((g) =>
      findingOf(g, input, {
        title: `Idle connections to ${g.origin} are forgotten on the way`,
        why: 'A firewall, NAT or load balancer on the way drops its memory of a quiet connection without telling either end. The next request is reset, or waits for time-outs of seconds to minutes before a new connection is tried.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened after a request on the earlier one was reset or never answered, though the server had not closed it.`,
          ...(g.closeGapSeconds === null ? [] : [`It had been idle for ${medianText(g.closeGapSeconds, g.handshakes)}.`]),
        ],
        confidence: 'medium',
        remedies: remediesFor('outlive-middlebox', g),
      }),
    ),
}
