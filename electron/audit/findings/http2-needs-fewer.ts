import type { OriginTotals } from '../../../shared/model/audit'
import { http1OnlyClients, remediesAt, remediesOfBoth } from '../remedies/index'
import type { Counted, Said } from './beside'
import { worst } from './beside'
import type { FindingInput, Rule } from './rule'
import { placeAt, plural } from './rule'

/** Fewer are no crowd. */
const MANY = 4

/** HTTP/1.1 pools whose concurrency HTTP/2 would carry on half as many connections or fewer. */
export const http2NeedsFewer: Rule = {
  id: 'http2-needs-fewer',
  find: (input) => worst(crowded(input.origins), spared, (o) => said(o, input)),
}

/** Origins this rule has something to say of. */
export const crowded = (origins: readonly OriginTotals[]): readonly OriginTotals[] =>
  origins.filter(
    (o) => /^https?:/.test(o.origin) && o.needed >= MANY && o.neededWithHttp2 > 0 && o.neededWithHttp2 * 2 <= o.needed,
  )

function spared(o: OriginTotals): Counted {
  const judged = o.needed + o.avoidable
  const [trips, seconds] = [o.setupRoundTrips / judged, o.setupSeconds / judged]
  const count = o.needed - o.neededWithHttp2
  // Browsers speak HTTP/2 over TLS only, whose handshake is a round trip more.
  const extra = inTheClear(o) ? o.neededWithHttp2 : 0
  return {
    kind: 'fewer',
    count,
    roundTrips: Math.max(0, Math.round(count * trips) - extra),
    seconds: Math.max(0, count * seconds - extra * (o.rttSeconds ?? 0)),
  }
}

const inTheClear = (o: OriginTotals): boolean => o.origin.startsWith('http:')

function said(o: OriginTotals, input: FindingInput): Said {
  const place = placeAt(input, o.origin)
  const old = http1OnlyClients(place)
  return {
    severity: 'info',
    title: `HTTP/2 would need ${plural(o.neededWithHttp2, 'connection')} to ${o.origin} instead of ${o.needed.toLocaleString('en')}${old === null ? '' : ', but its clients speak HTTP/1 only'}`,
    why: 'An HTTP/1.1 connection carries one request at a time, so requests at the same time need connections of their own, each with its own handshake and slow start. HTTP/2 carries them side by side on one. Those that are opened at once are waited for only once, so users gain less time than the sum.',
    evidence: [
      `${o.needed.toLocaleString('en')} connections were needed because requests overlapped; with up to 100 requests in flight on each (RFC 9113, section 6.5.2) it would have been ${o.neededWithHttp2.toLocaleString('en')}.`,
      ...(old === null
        ? []
        : [
            `All clients seen here (${old.join(', ')}) speak HTTP/1 only: no setting of the server changes that, and what other clients would need is not shown by this traffic.`,
          ]),
      ...(inTheClear(o)
        ? [
            'The traffic is in the clear. Browsers use HTTP/2 over TLS only: its round trip for each connection is already taken off.',
          ]
        : []),
    ],
    confidence: 'medium',
    connections: [],
    origin: o.origin,
    client: null,
    // The server's offer would be in vain: only another client, where there is one to name, takes it.
    remedies:
      old === null
        ? remediesOfBoth('use-http-2', 'speak-http-2', place)
        : remediesAt('speak-http-2', place).filter(({ seen }) => seen !== undefined),
  }
}
