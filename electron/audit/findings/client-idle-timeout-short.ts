import { avoidsByReplay, leavesNoTime, recommendedTimeout, staysBelow } from '../remedies/values'
import { alsoFor, remediesFor } from '../remedies/index'
import type { Recommendation } from '../../../shared/model/simulation'
import type { CaseGroup } from './groups'
import { mergeBy } from './groups'
import type { FindingInput, Rule } from './rule'
import { inSeconds } from '../seconds'
import { actorName, findingOf, ofCause, plural, programOf, replayOf } from './rule'

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
          `Its next request came ${inSeconds(g.demandGap.median)} after the last response${g.handshakes === 1 ? '' : ' (median)'}${replay === null ? `; keeping connections for ${recommendedTimeout(g.demandGap.p95)} s would have bridged ${g.handshakes === 1 ? 'that' : '95% of the gaps'}.` : `. ${avoidsByReplay(replay)}`}`,
        )
      }
      const server = serverTimeout(g, input)
      // Nor can the client keep them longer where it has to stay below the server.
      const heeds = server !== null && (server <= timeout * 1.1 + 0.5 || leavesNoTime(server) || staysBelow(server) <= timeout)
      return findingOf(g, input, {
        title: `${actorName(g) ?? 'A client'} drops idle connections to ${g.origin} after ${inSeconds(timeout)}`,
        why: heeds
          ? `The server keeps idle connections for ${inSeconds(server)}, and the client for no longer, or it cannot without meeting its close: it is the server’s time-out that has to change.`
          : 'The server would have kept the connection; the client gave it up shortly before it needed it.',
        evidence,
        remedies: heeds
          ? remediesFor('raise-idle-timeout', g)
          : [
              ...remediesFor('keep-idle-longer', g, { replay, serverTimeout: server }),
              // Where the server’s own time-out is the tighter bound of the two, it must move, too.
              ...(server !== null && server <= needed(g, replay) ? alsoFor('raise-idle-timeout', g) : []),
            ],
      })
    }),
}

/** How long the server is known to keep idle connections, in seconds. */
function serverTimeout(g: CaseGroup, { timers = [] }: FindingInput): number | null {
  const observed = timers.find(
    (t) => t.side === 'server' && t.kind === 'idle-timeout' && t.bound === 'exact' && t.who.origin === g.origin,
  )
  return observed?.value ?? g.advertisedTimeout
}

/** Seconds that would bridge the pauses. */
const needed = (g: CaseGroup, replay: Recommendation | null): number =>
  replay?.settingSeconds ?? (g.demandGap === null ? 0 : recommendedTimeout(g.demandGap.p95))
