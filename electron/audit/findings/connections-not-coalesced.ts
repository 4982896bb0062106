import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { findingOf, ofCause, plural, programOf } from './rule'

/** An HTTP/2 or HTTP/3 connection to the same address could have carried another name’s requests. */
export const connectionsNotCoalesced: Rule = {
  id: 'connections-not-coalesced',
  find: (input) =>
    mergeBy(ofCause(input, 'missed-coalescing'), (g) => `${programOf(g)} ${g.origin}`).map((g) =>
      findingOf(g, input, {
        title: `${g.origin} could share another name’s HTTP/2 connection`,
        why: 'An HTTP/2 or HTTP/3 client may send requests for every name that the certificate covers on one connection, if the names lead to the same address (RFC 9113, section 9.1.1). Browsers do so unless the requests belong to different sites or differ in credentials.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened for another name while one to the same address was open, whose certificate covers both.`,
        ],
        confidence: 'medium',
        remedies: remediesFor('coalesce', g),
      }),
    ),
}
