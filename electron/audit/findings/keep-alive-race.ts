import type { Finding, Race, Remedy } from '../../../shared/model/audit'
import { remediesForRace } from '../remedies/index'
import type { Known } from '../remedies/values'
import type { CaseGroup } from './groups'
import { NAMED } from './groups'
import type { FindingInput, Rule } from './rule'
import { replayOfServer, serverAtLeast } from './idle-steps'
import { ofCause, plural } from './rule'

/** Requests that met the server's close, and clients that are about to. */
export const keepAliveRace: Rule = {
  id: 'keep-alive-race',
  find(input) {
    const seen = input.races.filter((r) => r.kind === 'seen')
    const risk = input.races.filter((r) => r.kind === 'risk')
    if (seen.length > 0) return [seenFinding(seen, input)]
    return riskFindings(risk, input)
  },
}

type Said = Omit<Finding, 'id' | 'rule'>

const least = (values: readonly (number | undefined)[]): number | null =>
  values.reduce<number | null>((low, v) => (v === undefined ? low : Math.min(low ?? v, v)), null)

/** The client must give up sooner, or the server later. */
const bothSides = (group: CaseGroup | null, server: Known, serverTimeout: number | null): readonly Remedy[] =>
  remediesForRace(group, serverTimeout === null ? {} : { serverTimeout }, server)

/** What is known of the server's time-out where the closes that met requests do not say it. */
const timeoutAt = (origin: string, input: FindingInput): number | null =>
  least(ofCause(input, 'server-idle-timeout').map((g) => (g.origin === origin ? (g.timeoutSeconds ?? undefined) : undefined)))

/**
 * The gap after a lost request is that of its retry. What a time-out must bridge are the pauses before the lost requests, and those
 * before the requests that came after the server's close.
 */
function withPauses(group: CaseGroup | undefined, input: FindingInput): CaseGroup | null {
  if (group === undefined) return null
  const late = ofCause(input, 'server-idle-timeout').filter((g) => g.origin === group.origin)
  const p95 = Math.max(group.closeGapSeconds ?? 0, ...late.map((g) => g.demandGap?.p95 ?? 0))
  return { ...group, demandGap: p95 === 0 ? null : { median: late[0]?.demandGap?.median ?? p95, p95 } }
}

function seenFinding(races: readonly Race[], input: FindingInput): Said {
  const groups = ofCause(input, 'lost-race')
  const roundTrips = groups.reduce((sum, g) => sum + g.roundTrips, 0)
  return {
    severity: 'error',
    title: `${plural(races.length, 'request')} lost to a closing connection`,
    why: 'The request was sent while the server’s close was on its way. Users see an error, or a retry; a request that changes something may not be safe to retry.',
    evidence: races.slice(0, 5).map((r) => `Connection ${r.connection}: ${r.text}`),
    connections: races.slice(0, NAMED).map((r) => r.connection),
    origin: groups[0]?.origin ?? null,
    client: groups[0]?.userAgent ?? null,
    impact: {
      handshakes: groups.reduce((sum, g) => sum + g.handshakes, 0),
      roundTrips,
      seconds: groups.reduce((sum, g) => sum + g.seconds, 0),
      share: input.totals.wastedRoundTrips === 0 ? 0 : roundTrips / input.totals.wastedRoundTrips,
    },
    confidence: 'high',
    remedies: bothSides(
      withPauses(groups[0], input),
      groups[0] === undefined
        ? {}
        : { replay: replayOfServer(input, groups[0].origin), serverAtLeast: serverAtLeast(input, groups[0].origin) },
      groups[0] === undefined ? null : timeoutAt(groups[0].origin, input),
    ),
  }
}

/** Servers whose time-outs clients come close to, each with its own values. */
const MAX_RISKS = 5

function riskFindings(races: readonly Race[], input: FindingInput): readonly Said[] {
  const byOrigin = new Map<string, Race[]>()
  for (const race of races) {
    const origin = input.places.besideConnection.get(race.connection)?.origin ?? ''
    const of = byOrigin.get(origin)
    if (of === undefined) byOrigin.set(origin, [race])
    else of.push(race)
  }
  return [...byOrigin]
    .sort(([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1))
    .slice(0, MAX_RISKS)
    .map(([origin, risks]) => riskFinding(origin, risks, input))
}

function riskFinding(origin: string, races: readonly Race[], input: FindingInput): Said {
  const place = input.places.besideConnection.get(races[0]?.connection ?? -1) ?? null
  const known = {
    serverTimeout: least(races.map(({ timeoutSeconds }) => timeoutSeconds)),
    longestPause: races.reduce<number | null>((high, { idleSeconds }) => Math.max(high ?? 0, idleSeconds ?? 0) || null, null),
  }
  return {
    severity: 'warning',
    title: `Clients reuse connections close to the idle time-out of ${origin === '' ? 'the server' : origin}`,
    why: 'A request that is sent within a round trip of the server’s close gets no response. It has not happened in this capture.',
    evidence: races.slice(0, 5).map((r) => r.text),
    connections: races.slice(0, NAMED).map((r) => r.connection),
    origin: origin === '' ? null : origin,
    client: null,
    impact: { handshakes: 0, roundTrips: 0, seconds: 0, share: 0 },
    confidence: 'medium',
    remedies: remediesForRace(place, known, known),
  }
}
