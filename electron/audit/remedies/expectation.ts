/** What a remedy should do to the same traffic, and how a new capture shows it. */
import type { Remedy } from '../../../shared/model/audit'
import type { Recommendation } from '../../../shared/model/simulation'
import type { CaseGroup } from '../findings/groups'
import type { Topic } from './product'
import type { Known, Values } from './values'

type Predicted = NonNullable<Remedy['predicted']>

/**
 * Avoidable connections of the origin now, for whatever cause, and at most so many for the same traffic with the remedy: one that only ends
 * for another reason than before is no improvement.
 *
 * Of two steps it is what both do together.
 *
 * @param known its replay is what the values come from, where the requests were replayed: it counts what its time-out avoids
 * @returns null where that cannot be said, or nothing would fall
 */
export function predictedOf(topic: Topic, values: Values, group: CaseGroup, known: Known): Predicted | null {
  // The second step alone does not do what both do.
  if (isStep(topic, known) && known.firstStep === false) return null
  const before = Math.max(group.atOrigin.avoidable, group.handshakes)
  const avoided = avoidedBy(topic, values, group, known.replay ?? null)
  return avoided === null || avoided <= 0 ? null : { before, atMost: Math.max(0, before - avoided) }
}

/** One of two steps, of which neither does it alone. */
const isStep = (topic: Topic, { bothFor }: Known): boolean =>
  (bothFor ?? null) !== null && (topic === 'keep-idle-longer' || topic === 'raise-idle-timeout')

/** The first of two steps: what is predicted is seen after the second. */
export const isFirstStep = (topic: Topic, known: Known): boolean => topic === 'keep-idle-longer' && isStep(topic, known)

function avoidedBy(topic: Topic, values: Values, group: CaseGroup, replay: Recommendation | null): number | null {
  const all = group.handshakes
  switch (topic) {
    case 'delimit-responses':
    case 'stop-asking-to-close':
    case 'use-http-1.1':
      return all
    case 'enable-keep-alive':
      return group.demandGap === null ? all : bridged(group, values.idleTimeout)
    case 'raise-idle-timeout':
    case 'keep-idle-longer': {
      const idle = topic === 'raise-idle-timeout' ? values.idleTimeout : values.clientIdle
      return replay !== null && idle >= replay.timeoutSeconds ? replay.avoids : bridged(group, idle)
    }
    case 'raise-request-limit':
      return group.limit === null ? null : all - Math.ceil((all * group.limit) / values.requestLimit)
    default:
      return null
  }
}

/** Connections of a group whose gaps a time-out bridges; null where that cannot be said. */
function bridged({ demandGap, handshakes }: CaseGroup, idle: number): number | null {
  if (demandGap === null || idle < demandGap.p95) return null
  return demandGap.longest !== undefined && idle > demandGap.longest ? handshakes : handshakes - Math.ceil(handshakes * 0.05)
}

/** Topics whose remedy moves an origin in the clear to TLS. */
const OVER_TLS: readonly Topic[] = ['use-http-2', 'speak-http-2']

/** What these change is in the handshakes themselves, or in connections without a request: no keys are needed to see it. */
const SEEN_WITHOUT_KEYS: readonly Topic[] = [
  'resume-tls',
  'use-tls-1.3',
  'share-key-groups',
  'keep-tls-sessions',
  'speak-tls-1.3',
  'share-a-taken-group',
  'open-on-demand',
]

const KEYS = ', with SSLKEYLOGFILE=after.keylog in the client’s environment, where it writes one, as browsers and curl do'

/**
 * How Roundtrip itself shows afterwards that a remedy worked.
 *
 * @param expected what must be seen, a part of a sentence; null where nothing must
 * @param group the avoidable connections that are looked at; null where they are not what the finding is about
 */
export function verification(topic: Topic, expected: string | null, { wire, https }: Values, group: CaseGroup | null): string {
  const overTls = OVER_TLS.includes(topic)
  const keys = (https || overTls) && !SEEN_WITHOUT_KEYS.includes(topic)
  const filter = https || !overTls ? wire : 'tcp port 443'
  const commands = `tcpdump -i any -w after.pcap '${filter}'${keys ? KEYS : ''}; then roundtrip audit after.pcap${keys ? ' --keylog after.keylog' : ''}`
  const again =
    expected === null ? `Then capture again (${commands}).` : `Then capture the same traffic again (${commands}): ${expected}.`
  return keys ? `${again} ${withoutKeys(group, topic)}` : again
}

/** What a capture of the same traffic must show with the remedy; null where nothing of it can be counted. */
export function expectation(topic: Topic, group: CaseGroup, predicted: Predicted | null, known: Known): string | null {
  if (predicted !== null)
    return `${isStep(topic, known) ? 'after both steps ' : ''}the avoidable connections of this origin, whatever their cause, must fall from ${count(predicted.before)} to ${upTo(predicted.atMost)}`
  if (topic === 'avoid-race') return 'no request may have met a close'
  if (topic === 'raise-idle-timeout' || topic === 'keep-idle-longer') return null
  return `this origin must have fewer avoidable connections, whatever their cause, than the ${count(Math.max(group.atOrigin.avoidable, group.handshakes))} of this capture`
}

/** What must be seen where nothing is counted. */
export const GONE = 'this finding must be gone'

/** Where nothing can be read nothing is judged, and no finding proves anything. */
const withoutKeys = (group: CaseGroup | null, topic: Topic): string =>
  `Without keys nothing is judged, and that verifies nothing${
    group === null || topic === 'avoid-race'
      ? '.'
      : `: then only handshakes can be compared, and in a capture of the same length there must be fewer connections than the ${count(group.atOrigin.connections)} of this one.`
  }`

const count = (n: number): string => n.toLocaleString('en')
const upTo = (n: number): string => (n === 0 ? 'none' : `at most ${count(n)}`)
