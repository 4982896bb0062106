import { MOST_BESIDE } from './beside'
import type { Rule } from './rule'
import { plural } from './rule'

const MIN_EXCHANGES = 5
const GOOD_SHARE = 0.3

/** HTTP/2 does what it is for: requests side by side on a connection, and none opened in vain. */
export const http2Multiplexes: Rule = {
  id: 'http2-multiplexes',
  find({ multiplexed, origins }) {
    const wasteful = new Set(origins.filter((o) => o.avoidable > 0).map((o) => o.origin))
    return multiplexed
      .filter((m) => m.exchanges >= MIN_EXCHANGES && m.together >= GOOD_SHARE * m.exchanges && !wasteful.has(m.origin))
      .slice(0, MOST_BESIDE)
      .map((m) => ({
        severity: 'good',
        title: `${m.version} to ${m.origin} multiplexes well`,
        why: 'Requests share a connection instead of opening one each: one handshake, one slow start, one socket.',
        evidence: [
          `${plural(m.exchanges, 'request')} on ${plural(m.connections, 'connection')}; ${m.together.toLocaleString('en')} were sent while another was in flight on the same one.`,
        ],
        connections: [],
        origin: m.origin,
        client: null,
        impact: { handshakes: 0, roundTrips: 0, seconds: 0, share: 0 },
        confidence: 'high',
        remedies: [],
      }))
  },
}
