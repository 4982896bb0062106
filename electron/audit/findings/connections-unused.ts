import { remediesAt } from '../remedies/index'
import { beside } from './beside'
import type { Attempts } from './attempts'
import { NAMED } from './groups'
import type { Rule } from './rule'
import { plural } from './rule'

const MANY = 10

/** One connection at the server that saw most of them; −1 where there is none. */
export const oneOf = (a: Attempts): number => a.worst[0]?.connections[0] ?? -1

/** Connections opened ahead that no request ever came on. */
export const connectionsUnused: Rule = {
  id: 'connections-unused',
  find: ({ attempts, places }) =>
    attempts
      .filter(({ kind }) => kind === 'unused')
      .map((a) =>
        beside(
          { kind: 'unused', count: a.count, roundTrips: a.roundTrips, seconds: a.seconds },
          {
            severity: a.count >= MANY ? 'warning' : 'info',
            title: `${plural(a.count, 'connection was', 'connections were')} opened and never used`,
            why: 'Browsers and some pools open connections ahead (preconnect), so that a request need not wait. One that is never used costs the server a handshake and a socket for nothing, and no user any time. Health checks look the same.',
            evidence: [
              ...a.worst.map(({ server, count }) => `${server}: ${plural(count, 'connection')} without a request.`),
              ...(a.servers > a.worst.length ? [`And at ${plural(a.servers - a.worst.length, 'further server')}.`] : []),
              'The same clients sent requests to these servers on other connections.',
            ],
            confidence: 'medium',
            connections: a.worst.flatMap(({ connections }) => connections).slice(0, NAMED),
            origin: a.servers === 1 ? (a.worst[0]?.server ?? null) : null,
            client: a.client,
            remedies: remediesAt('open-on-demand', places.besideConnection.get(oneOf(a)) ?? null),
          },
        ),
      ),
}
