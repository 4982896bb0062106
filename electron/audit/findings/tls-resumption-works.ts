import type { Rule } from './rule'
import { plural } from './rule'
import { MOST_BESIDE } from './beside'

const LEAST = 3
const GOOD_SHARE = 0.8

/** Sessions are resumed: nobody should tune that. */
export const tlsResumptionWorks: Rule = {
  id: 'tls-resumption-works',
  find: ({ tlsSetups }) =>
    tlsSetups
      .map((o) => ({ ...o, could: o.resumed + o.again.count + o.again13.count }))
      .filter((o) => o.resumed >= LEAST && o.resumed >= GOOD_SHARE * o.could)
      .sort((a, b) => b.resumed - a.resumed)
      .slice(0, MOST_BESIDE)
      .map((o) => ({
        severity: 'good',
        title: `TLS sessions with ${o.origin} are resumed`,
        why:
          o.resumedBefore13 > 0
            ? 'Before TLS 1.3, each resumed handshake saves a round trip, certificates and signatures.'
            : 'In TLS 1.3 a resumed handshake takes the same round trip as a full one, but neither certificates nor signatures.',
        evidence: [
          `${plural(o.resumed, 'handshake')} of ${o.could.toLocaleString('en')} by clients that had set up TLS with this server before ${o.resumed === 1 ? 'was' : 'were'} resumed.`,
        ],
        connections: [],
        origin: o.origin,
        client: null,
        impact: { handshakes: 0, roundTrips: 0, seconds: 0, share: 0 },
        confidence: 'high',
        remedies: [],
      })),
}
