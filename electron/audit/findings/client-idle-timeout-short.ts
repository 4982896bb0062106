import { avoidsByReplay, recommendedTimeout, staysBelow } from '../remedies/values'
import { remediesFor } from '../remedies/index'
import type { Recommendation } from '../../../shared/model/simulation'
import type { CaseGroup } from './groups'
import { mergeBy } from './groups'
import { remediesOfBothSteps } from './patience'
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
      const server = serverTimeout(g, input)
      const told = g.advertisedTimeout
      const heeds = told !== null && told <= timeout * 1.1 + 0.5
      // The client has to stay below the server: where that leaves too little for these pauses, both must change.
      const both = !heeds && server !== null && staysBelow(server) < needed(g, replay)
      const evidence = [
        `${plural(g.handshakes, 'connection was', 'connections were')} opened after the client had dropped an idle one after about ${inSeconds(timeout)}.`,
      ]
      if (g.demandGap !== null) {
        evidence.push(
          `Its next request came ${inSeconds(g.demandGap.median)} after the last response${g.handshakes === 1 ? '' : ' (median)'}${replay === null ? `; keeping connections for ${recommendedTimeout(g.demandGap.p95)} s would have bridged ${g.handshakes === 1 ? 'that' : '95% of the gaps'}.` : `. ${avoidsByReplay(replay, both)}`}`,
        )
      }
      return findingOf(g, input, {
        title: `${actorName(g) ?? 'A client'} drops idle connections to ${g.origin} after ${inSeconds(timeout)}`,
        why: heeds
          ? `The server keeps idle connections for ${inSeconds(told)}, and the client for no longer: it is the server’s time-out that has to change.`
          : both
            ? `The client gives up connections before it needs them again, and the server, which keeps them for ${inSeconds(server)}, would have done so, too.`
            : 'The server would have kept the connection; the client gave it up shortly before it needed it.',
        evidence,
        remedies: heeds
          ? remediesFor('raise-idle-timeout', g, { replay })
          : both
            ? remediesOfBothSteps(
                g,
                { name: g.fromProxy ? 'the proxy' : 'the client', seconds: timeout, knownBy: 'observed' },
                { replay, serverTimeout: server },
              )
            : remediesFor('keep-idle-longer', g, { replay, serverTimeout: server }),
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

/** Seconds that bridge the pauses, without anything in hand. */
const needed = (g: CaseGroup, replay: Recommendation | null): number => replay?.timeoutSeconds ?? g.demandGap?.p95 ?? 0
