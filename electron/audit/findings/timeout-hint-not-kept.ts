import type { InferredTimer } from '../../../shared/model/timers'
import { remediesFor } from '../remedies/index'
import type { FindingInput, Rule } from './rule'
import { inSeconds } from '../seconds'
import { plural } from './rule'

/** Below the advertised time-out by more than what rounding and measuring explain. */
const isBroken = ({ kind, side, bound, value, advertised }: InferredTimer): boolean =>
  kind === 'idle-timeout' &&
  side === 'server' &&
  bound === 'exact' &&
  advertised !== null &&
  value < advertised - Math.max(1, advertised * 0.1)

/** The server advertises a time-out, and closes before it is over: clients that rely on the hint send into the close. */
export const timeoutHintNotKept: Rule = {
  id: 'timeout-hint-not-kept',
  find: (input) => (input.timers ?? []).filter(isBroken).map((timer) => findingOfTimer(timer, input)),
}

function findingOfTimer({ who, value, advertised, samples, connections, confidence }: InferredTimer, input: FindingInput) {
  const name = who.origin ?? who.address
  const group = input.groups.find((g) => g.origin === who.origin && g.cause === 'server-idle-timeout') ?? null
  return {
    severity: 'warning' as const,
    title: `${name} announces a time-out of ${inSeconds(advertised ?? 0)} and closes after ${inSeconds(value)}`,
    why: 'Clients that heed the Keep-Alive header use connections again until shortly before the announced time: they meet the server’s close, and the request is lost or repeated. The header is a hint and sets nothing; another setting, or something between client and server, closes.',
    evidence: [
      `Responses said "Keep-Alive: timeout=${advertised}"; ${plural(samples, 'connection was', 'connections were')} closed by the server after about ${inSeconds(value)} of idle time.`,
      'In nginx the second value of keepalive_timeout writes this header and nothing else; elsewhere an application or a filter adds it.',
    ],
    connections,
    origin: who.origin,
    client: null,
    impact: { handshakes: 0, roundTrips: 0, seconds: 0, share: 0 },
    confidence,
    remedies: remediesFor('raise-idle-timeout', group),
  }
}
