import type { Remedy } from '../../../shared/model/audit'
import { remediesOfBoth } from '../remedies/index'
import type { Said } from './beside'
import { worst } from './beside'
import type { FindingInput, Rule } from './rule'
import { placeAt, plural } from './rule'
import type { Handshakes, TlsSetups } from './tls-setups'

/** TLS 1.3 sessions cost no round trip more when they are not resumed: fewer are not worth a word. */
const MANY_13 = 5

/** Most of a client's later handshakes were in full. */
const fails = ({ again, again13, resumed }: TlsSetups): boolean => again.count + again13.count > resumed

/** Clients set TLS up in full again and again with a server they had a session with. */
export const tlsNotResumed: Rule = {
  id: 'tls-not-resumed',
  find: (input) =>
    worst(
      input.tlsSetups.filter((o) => fails(o) && (o.again.roundTrips > 0 || o.again13.count >= MANY_13)),
      (o) => ({ kind: 'shorter', ...(is13(o) ? o.again13 : o.again) }),
      (o) => (is13(o) ? in13 : before13)(o, remedies(input, o)),
    ),
}

const RESUMED = ({ resumed }: TlsSetups): string =>
  resumed === 0 ? 'None was resumed.' : `${plural(resumed, 'other was', 'others were')} resumed.`

const remedies = (input: FindingInput, o: TlsSetups): readonly Remedy[] =>
  remediesOfBoth('resume-tls', 'keep-tls-sessions', placeAt(input, o.origin), { tls13: is13(o) })

const is13 = (o: TlsSetups): boolean => o.again.roundTrips === 0

/** What differs with the version: in TLS 1.2 and older it costs a round trip, in TLS 1.3 computing alone. */
const before13 = (o: TlsSetups, remedies: readonly Remedy[]): Said => ({
  ...inFull(o, o.again, remedies),
  severity: o.again.count >= 2 ? 'warning' : 'info',
  title: `TLS sessions with ${o.origin} are not resumed`,
  why: `In ${o.version ?? 'TLS 1.2'}, a full handshake takes two round trips; resuming a session that the client has takes one (RFC 5077), and neither certificates nor signatures. The server may not offer sessions, may forget them between its workers, or the client may not keep them.`,
})

const in13 = (o: TlsSetups, remedies: readonly Remedy[]): Said => ({
  ...inFull(o, o.again13, remedies),
  severity: 'info',
  title: `TLS 1.3 sessions with ${o.origin} are not resumed`,
  why: 'In TLS 1.3 a resumed handshake takes one round trip, as a full one does: this costs no time on the network. It costs computing and the octets of the certificates, and without sessions there is no early data (0-RTT), which would save the round trip for requests that may be repeated (RFC 8446, section 2.3).',
})

/** What is said in any version. */
const inFull = (o: TlsSetups, { count, avoidable, connections }: Handshakes, remedies: readonly Remedy[]) =>
  ({
    evidence: [
      `${plural(count, 'full handshake')} of a client that had set up TLS for this name with the same server at least a round trip before. ${RESUMED(o)}`,
      ...alsoAvoidable(avoidable),
    ],
    confidence: 'medium',
    connections,
    origin: o.origin,
    client: o.client,
    remedies,
  }) satisfies Partial<Said>

/** The whole setup of these is counted elsewhere. */
export const alsoAvoidable = (n: number): readonly string[] =>
  n === 0 ? [] : [`${plural(n, 'of these connections was', 'of these connections were')} avoidable: reuse saves the whole setup.`]
