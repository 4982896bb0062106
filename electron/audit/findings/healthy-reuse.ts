import type { OriginTotals } from '../../../shared/model/audit'
import type { Rule } from './rule'
import { plural } from './rule'

const MIN_EXCHANGES = 5
const GOOD_RATIO = 0.75
const MAX_LISTED = 5

const isHealthy = (o: OriginTotals): boolean =>
  o.exchanges >= MIN_EXCHANGES && o.avoidable === 0 && o.needed > 0 && (o.reuseRatio ?? 0) >= GOOD_RATIO

/** What works is worth saying: nobody should tune it. */
export const healthyReuse: Rule = {
  id: 'healthy-reuse',
  find: ({ origins }) =>
    origins
      .filter(isHealthy)
      .sort((a, b) => b.exchanges - a.exchanges)
      .slice(0, MAX_LISTED)
      .map((o) => ({
        severity: 'good',
        title: `${o.origin} reuses its connections well`,
        why: 'No handshake could have been avoided here: leave it as it is.',
        evidence: [
          `${plural(o.exchanges, 'exchange')} on ${plural(o.connectionsWithExchanges, 'connection')}: ${Math.round((o.reuseRatio ?? 0) * 100)}% were sent on a connection that was already open.`,
        ],
        connections: [],
        origin: o.origin,
        client: null,
        impact: { handshakes: 0, roundTrips: 0, seconds: 0, share: 0 },
        confidence: 'high',
        remedies: [],
      })),
}
