import { avoidsByReplay, recommendedTimeout } from '../remedies/values'
import { remediesFor } from '../remedies/index'
import { clientSteps, closedByClient, senderOf, serverAtLeast } from './idle-steps'
import { remediesOfBothSteps } from './patience'
import type { Rule } from './rule'
import { inSeconds } from '../seconds'
import { actorName, findingOf, plural } from './rule'

/** The client's pool drops idle connections sooner than it needs them again. */
export const clientIdleTimeoutShort: Rule = {
  id: 'client-idle-timeout-short',
  find: (input) =>
    closedByClient(input).map((g) => {
      const timeout = g.timeoutSeconds ?? g.closeGapSeconds ?? 0
      const { replay, heeds, tooShort, known } = clientSteps(g, input)
      const wanted = { ...known, serverAtLeast: serverAtLeast(input, g.origin) }
      const evidence = [
        `${plural(g.handshakes, 'connection was', 'connections were')} opened after the client had dropped an idle one after about ${inSeconds(timeout)}.`,
      ]
      if (g.demandGap !== null) {
        evidence.push(
          `Its next request came ${inSeconds(g.demandGap.median)} after the last response${g.handshakes === 1 ? '' : ' (median)'}${replay === null ? `; keeping connections for ${recommendedTimeout(g.demandGap.p95)} s would have bridged ${g.handshakes === 1 ? 'that' : '95% of the gaps'}.` : `. ${avoidsByReplay(replay, tooShort !== null)}`}`,
        )
      }
      return findingOf(g, input, {
        title: `${actorName(g) ?? 'A client'} drops idle connections to ${g.origin} after ${inSeconds(timeout)}`,
        why:
          heeds !== null
            ? `The server keeps idle connections for ${inSeconds(heeds)}, and the client for no longer: it is the server’s time-out that has to change.`
            : tooShort !== null
              ? `The client gives up connections before it needs them again, and the server, which keeps them for ${inSeconds(tooShort)}, would have done so, too.`
              : 'The server would have kept the connection; the client gave it up shortly before it needed it.',
        evidence,
        remedies:
          heeds !== null
            ? remediesFor('raise-idle-timeout', g, wanted)
            : tooShort !== null
              ? remediesOfBothSteps(g, { name: senderOf(g) }, wanted)
              : remediesFor('keep-idle-longer', g, wanted),
      })
    }),
}
