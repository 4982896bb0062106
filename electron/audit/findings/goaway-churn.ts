import { alsoFor, remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { findingOf, ofCause, plural } from './rule'

/** HTTP/2 connections that the server ends with GOAWAY. */
export const goawayChurn: Rule = {
  id: 'goaway-churn',
  find: (input) =>
    mergeBy(ofCause(input, 'goaway'), (g) => g.origin).map((g) =>
      findingOf(g, input, {
        title: `${g.origin} ends HTTP/2 connections with GOAWAY`,
        why: 'GOAWAY lets requests in flight end and refuses new ones: the client must open another connection in the middle of its work. Limits of requests, of age, and graceful restarts do this.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened after the server had announced with GOAWAY that it takes no more requests on the earlier one.`,
        ],
        confidence: 'high',
        remedies: [...remediesFor('raise-request-limit', g), ...alsoFor('raise-age-limit', g)],
      }),
    ),
}
