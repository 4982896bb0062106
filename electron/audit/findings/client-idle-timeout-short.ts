import { avoidsByReplay, recommendedTimeout } from '../remedies/values'
import { alsoFor, remediesFor } from '../remedies/index'
import type { Recommendation } from '../../../shared/model/simulation'
import type { CaseGroup } from './groups'
import { mergeBy } from './groups'
import type { FindingInput, Rule } from './rule'
import { actorName, findingOf, inSeconds, ofCause, plural, programOf, replayOf } from './rule'

/** The client's pool drops idle connections sooner than it needs them again. */
export const clientIdleTimeoutShort: Rule = {
  id: 'client-idle-timeout-short',
  find: (input) =>
    mergeBy(ofCause(input, 'client-idle-timeout'), (g) => `${programOf(g)} ${g.origin}`).map((g) => {
      const timeout = g.timeoutSeconds ?? g.closeGapSeconds ?? 0
      const replay = replayOf(input, g.origin, 'client')?.recommendation ?? null
      const evidence = [
        `${plural(g.handshakes, 'connection was', 'connections were')} opened after the client had dropped an idle one after about ${inSeconds(timeout)}.`,
      ]
      if (g.demandGap !== null) {
        evidence.push(
          `Its next request came ${inSeconds(g.demandGap.median)} after the last response${g.handshakes === 1 ? '' : ' (median)'}${replay === null ? `; keeping connections for ${recommendedTimeout(g.demandGap.p95)} s would have bridged 95% of the gaps.` : `. ${avoidsByReplay(replay)}`}`,
        )
      }
      return findingOf(g, input, {
        title: `${actorName(g) ?? 'A client'} drops idle connections to ${g.origin} after ${inSeconds(timeout)}`,
        why: 'The server would have kept the connection; the client gave it up shortly before it needed it.',
        evidence,
        // Where the server’s own time-out is the tighter bound, it must move, too.
        remedies: [
          ...remediesFor('keep-idle-longer', g, { replay }),
          ...(givesUpBefore(g, replay, input) ? alsoFor('raise-idle-timeout', g) : []),
        ],
      })
    }),
}

/** The server is known to close sooner than the client should. */
function givesUpBefore(g: CaseGroup, replay: Recommendation | null, { timers = [] }: FindingInput): boolean {
  const observed = timers.find(
    (t) => t.side === 'server' && t.kind === 'idle-timeout' && t.bound === 'exact' && t.who.origin === g.origin,
  )
  const server = observed?.value ?? g.advertisedTimeout
  const wanted = replay?.settingSeconds ?? (g.demandGap === null ? null : recommendedTimeout(g.demandGap.p95))
  return server !== null && wanted !== null && server <= wanted
}
