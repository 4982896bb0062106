import { remediesOfBoth } from '../remedies/index'
import { worst } from './beside'
import type { Rule } from './rule'
import { placeAt, plural } from './rule'
import { alsoAvoidable } from './tls-not-resumed'

/** Full handshakes that take two round trips, where TLS 1.3 takes one. */
export const tlsOldVersion: Rule = {
  id: 'tls-old-version',
  find: (input) =>
    worst(
      input.tlsSetups.filter((o) => o.first.roundTrips > 0),
      (o) => ({ kind: 'shorter', ...o.first }),
      (o) => ({
        severity: 'info',
        title: `${o.origin} is reached with ${o.version ?? 'TLS 1.2'}`,
        why: 'A full handshake takes two round trips before TLS 1.3, and one with it (RFC 8446, section 2). A client that sends its first request with its Finished (False Start, RFC 7918) already does without the second; those are not counted.',
        evidence: [
          `${plural(o.first.count, 'full handshake')} in ${o.version ?? 'TLS 1.2'} by clients that had no session to resume; TLS 1.3 would have saved ${plural(o.first.roundTrips, 'round trip')}.`,
          ...(o.again.roundTrips === 0
            ? []
            : [
                `It would save ${o.again.roundTrips.toLocaleString('en')} more on full handshakes of clients that had a session, as resumption would.`,
              ]),
          ...alsoAvoidable(o.first.avoidable),
        ],
        confidence: 'high',
        connections: o.first.connections,
        origin: o.origin,
        client: o.client,
        remedies: remediesOfBoth('use-tls-1.3', 'speak-tls-1.3', placeAt(input, o.origin)),
      }),
    ),
}
