import { remediesFor } from '../remedies/index'
import type { Authentications } from './authentications'
import { worst } from './beside'
import type { Rule } from './rule'
import { plural } from './rule'

const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1)}%`

/** What the reuse ratio would be without the requests that only authenticate. */
function withoutThem({ others }: Authentications): string {
  return others.requests === 0
    ? ''
    : ` Without them ${others.reused.toLocaleString('en')} of ${plural(others.requests, 'request')} (${percent(others.reused, others.requests)}) found their connection open.`
}

/** Authentication that belongs to the connection: every new connection has to be authenticated again. */
export const connectionAuthentication: Rule = {
  id: 'connection-authentication',
  find: ({ authentications }) =>
    worst(
      authentications.filter(({ again, connections }) => again.connections > 0 || connections > 1),
      ({ again }) => ({
        kind: 'authenticated',
        count: again.connections,
        roundTrips: again.requests,
        seconds: again.seconds,
      }),
      (a) => ({
        severity: a.again.connections > 1 ? 'warning' : 'info',
        title: `${a.scheme} authenticates each connection to ${a.origin} anew`,
        why: `${a.scheme} authenticates a connection, not a request (RFC 4559): each new one costs further requests before the first that counts, and a proxy must not share it between users.`,
        evidence: [
          `${plural(a.requests, 'request')} on ${plural(a.connections, 'connection')} did nothing but authenticate the connection: the answer was a challenge for ${a.scheme} (401 or 407), and the next request carried credentials.`,
          ...(a.again.connections === 0
            ? []
            : [
                `${plural(a.again.requests, 'of them was', 'of them were')} on ${plural(a.again.connections, 'avoidable connection')}: that is beside the handshakes, and would be saved with them.`,
              ]),
          'That they answered with this scheme is an inference: a capture is read for which credentials there are, not for what they say.',
          `They count as requests, and what followed them as reuse, since it used the connection again.${withoutThem(a)}`,
        ],
        confidence: 'medium',
        connections: a.named,
        origin: a.origin,
        client: a.client,
        remedies: a.again.connections === 0 ? [] : remediesFor('pool-connections', null),
      }),
    ),
}
