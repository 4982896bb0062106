import { avoidsByReplay, recommendedTimeout } from '../remedies/values'
import { remediesFor } from '../remedies/index'
import type { CaseGroup } from './groups'
import { closedByServer, serverAtLeast, serverSteps } from './idle-steps'
import { aloneText, remediesOfBothSteps } from './patience'
import type { Rule } from './rule'
import { inSeconds } from '../seconds'
import { findingOf, plural } from './rule'

/** The server gives up idle connections sooner than the traffic comes back. */
export const serverIdleTimeoutShort: Rule = {
  id: 'server-idle-timeout-short',
  find: (input) =>
    closedByServer(input).map((g) => {
      const timeout = g.timeoutSeconds ?? g.closeGapSeconds ?? 0
      const gap = g.demandGap
      const { whatIf, replay, patience, known } = serverSteps(g, input)
      const wanted = { ...known, serverAtLeast: serverAtLeast(input, g.origin) }
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
            `${replay === null ? `A time-out of ${recommendedTimeout(gap.p95)} s would have kept those connections.` : avoidsByReplay(replay, patience !== null)} The capture covers ${inSeconds(input.captureSeconds)} and says nothing of longer gaps.`,
        )
      }
      if (patience !== null) evidence.push(aloneText(patience, g, whatIf))
      return findingOf(g, input, {
        title: `${g.origin} ${inferred ? 'says that it closes' : 'closes'} idle connections after ${inSeconds(timeout)}, too soon for this traffic`,
        why: `The client comes back, finds the connection gone${inferred ? ' (an inference)' : ''} and sets up a new one; requests that cross the close fail or are retried.`,
        evidence,
        remedies: patience !== null ? remediesOfBothSteps(g, patience, wanted) : remediesFor('raise-idle-timeout', g, wanted),
      })
    }),
}

const comesBack = ({ median, p95 }: NonNullable<CaseGroup['demandGap']>, count: number): string =>
  count === 1
    ? `The next request came ${inSeconds(median)} after the last response.`
    : `The next request came ${inSeconds(median)} after the last response (median); 95% came within ${inSeconds(p95)}.`
