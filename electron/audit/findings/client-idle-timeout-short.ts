import { avoidsByReplay, recommendedTimeout } from '../remedies/values'
import { alsoFor, remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { clientName, findingOf, inSeconds, ofCause, plural, programOf, replayOf } from './rule'

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
          `Its next request came ${inSeconds(g.demandGap.median)} after the last response (median)${replay === null ? `; keeping connections for ${recommendedTimeout(g.demandGap.p95)} s would have bridged 95% of the gaps.` : `. ${avoidsByReplay(replay)}`}`,
        )
      }
      return findingOf(g, input, {
        title: `${clientName(g) ?? 'A client'} drops idle connections to ${g.origin} after ${inSeconds(timeout)}`,
        why: 'The server would have kept the connection; the client gave it up shortly before it needed it.',
        evidence,
        // Where the server’s own time-out is the tighter bound, it must move, too.
        remedies: [...remediesFor('keep-idle-longer', g, { replay }), ...alsoFor('raise-idle-timeout', g)],
      })
    }),
}
