/** The audit in one plain sentence, and a second one for what it cost. */
import { causeInSentence, formatCount, formatDuration, plural } from '../../../shared/format'
import { rankCauses } from '../../charts/builders/causes'
import type { AuditSummary, EncryptedTotals, Totals } from '../../../shared/model/audit'

export interface Headline {
  readonly mood: 'waste' | 'healthy' | 'unknown'
  readonly title: string
  readonly text: string
}

type Told = Pick<AuditSummary, 'totals' | 'causes' | 'encrypted' | 'encryptedTotals' | 'roundTripsAssumed'>

export function headlineOf({ totals, causes, encrypted = 0, encryptedTotals, roundTripsAssumed }: Told): Headline {
  const { connections, avoidable, needed, notJudged, wastedRoundTrips, wastedSeconds, reusedExchanges, exchanges } = totals
  const judged = needed + avoidable
  const unjudged = notJudged > 0 ? ` ${plural(notJudged, 'connection')} could not be judged.` : ''
  if (connections === 0) {
    return {
      mood: 'unknown',
      title: 'There are no connections in this capture.',
      text: 'Capture while the application talks to its servers, then open that.',
    }
  }
  if (judged === 0 && encrypted > 0 && encryptedTotals !== undefined) return encryptedHeadline(totals, encrypted, encryptedTotals)
  if (judged === 0) {
    return {
      mood: 'unknown',
      title:
        connections === 1
          ? 'The one connection could not be judged.'
          : `None of the ${plural(connections, 'connection')} could be judged.`,
      text: 'The capture does not show enough of them: see the capture’s quality below.',
    }
  }
  if (avoidable === 0) {
    return {
      mood: 'healthy',
      title: judged === 1 ? 'The one connection was needed.' : `All ${formatCount(judged)} connections were needed.`,
      text: `No handshake was wasted: ${formatCount(reusedExchanges)} of ${plural(exchanges, 'exchange')} went over a connection that was open already.${unjudged}`,
    }
  }
  const of = notJudged > 0 ? `${formatCount(judged)} judged connections` : plural(judged, 'connection')
  const first = rankCauses(causes)[0]
  const mostly =
    first === undefined
      ? ''
      : first.count === avoidable
        ? ` Every time for one cause: ${causeInSentence(first.cause)}.`
        : ` Most often because: ${causeInSentence(first.cause)} (${formatCount(first.count)} of ${formatCount(avoidable)}).`
  return {
    mood: 'waste',
    title: `${formatCount(avoidable)} of ${of} need not have been opened.`,
    text: `${avoidable === 1 ? 'It' : 'They'} spent ${roundTripsAssumed ? 'an estimated ' : ''}${plural(wastedRoundTrips, 'round trip')} and ${formatDuration(wastedSeconds)} on setup before a request could be sent.${mostly}${unjudged}`,
  }
}

/** Without keys the requests cannot be counted, but what the connections cost is known. */
function encryptedHeadline(totals: Totals, encrypted: number, known: EncryptedTotals): Headline {
  const { resumed, setupRoundTrips, setupSeconds } = known
  const one = encrypted === 1
  const cost = `Setting ${one ? 'it' : 'them'} up took ${plural(setupRoundTrips, 'round trip')} and ${formatDuration(setupSeconds)}`
  const sessions = one
    ? resumed === 1
      ? '; its TLS session was resumed.'
      : '; its TLS session was a new one.'
    : `; ${formatCount(resumed)} of the TLS sessions ${resumed === 1 ? 'was' : 'were'} resumed.`
  return {
    mood: 'unknown',
    title:
      encrypted < totals.connections
        ? `${formatCount(encrypted)} of ${plural(totals.connections, 'connection')} are encrypted, and none could be judged.`
        : one
          ? 'The one connection is encrypted.'
          : `All ${formatCount(encrypted)} connections are encrypted.`,
    text: `${cost}${sessions} Whether they were needed shows once their requests can be read.`.replace(
      'they were',
      one ? 'it was' : 'they were',
    ),
  }
}
