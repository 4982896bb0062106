import { avoidsByReplay, recommendedTimeout } from '../remedies/values'
import { remediesFor } from '../remedies/index'
import type { CaseGroup } from './groups'
import type { Patience } from './patience'
import { aloneText, isTooShort, patienceOf, remediesOfBothSteps } from './patience'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { inSeconds } from '../seconds'
import { findingOf, ofCause, plural, replayOf } from './rule'

/** The server gives up idle connections sooner than the traffic comes back. */
export const serverIdleTimeoutShort: Rule = {
  id: 'server-idle-timeout-short',
  find: (input) =>
    mergeBy(ofCause(input, 'server-idle-timeout'), (g) => g.origin).map((g) => {
      const timeout = g.timeoutSeconds ?? g.closeGapSeconds ?? 0
      const gap = g.demandGap
      const whatIf = replayOf(input, g.origin, 'server')
      const replay = whatIf?.recommendation ?? null
      const patience = patienceOf(g, input)
      const both = isTooShort(patience, g, replay)
      const opened = plural(g.handshakes, 'connection was', 'connections were')
      // A HAR records no closes: what the server advertises is all there is.
      const inferred = g.transport === 'har'
      const evidence = [
        inferred
          ? `${opened} opened after one had been idle for longer than the ${inSeconds(timeout)} that the server advertises; that it had been closed by then is inferred, since a HAR records no closes.`
          : `${opened} opened after the server had closed an idle one after about ${inSeconds(timeout)}.`,
      ]
      if (gap !== null) {
        evidence.push(
          `${comesBack(gap, g.handshakes)} ` +
            `${replay === null ? `A time-out of ${recommendedTimeout(gap.p95)} s would have kept those connections.` : avoidsByReplay(replay, both)} The capture covers ${inSeconds(input.captureSeconds)} and says nothing of longer gaps.`,
        )
      }
      if (both) evidence.push(aloneText(patience, g, whatIf))
      return findingOf(g, input, {
        title: `${g.origin} ${inferred ? 'says that it closes' : 'closes'} idle connections after ${inSeconds(timeout)}, too soon for this traffic`,
        why: `The client comes back, finds the connection gone${inferred ? ' (an inference)' : ''} and sets up a new one; requests that cross the close fail or are retried.`,
        evidence,
        remedies: both
          ? remediesOfBothSteps(g, patience, { replay })
          : remediesFor('raise-idle-timeout', g, { replay, ...observedProxy(g, patience) }),
      })
    }),
}

/** A proxy's observed time-out counts before its product's default: the server must keep connections longer. */
const observedProxy = (g: CaseGroup, patience: Patience | null): { readonly clientTimeout?: number } =>
  g.fromProxy && patience?.knownBy === 'observed' ? { clientTimeout: patience.seconds } : {}

const comesBack = ({ median, p95 }: NonNullable<CaseGroup['demandGap']>, count: number): string =>
  count === 1
    ? `The next request came ${inSeconds(median)} after the last response.`
    : `The next request came ${inSeconds(median)} after the last response (median); 95% came within ${inSeconds(p95)}.`
