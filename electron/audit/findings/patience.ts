/** A client that gives up idle connections before its next request comes: a longer time-out of the server alone does nothing for it. */
import type { Remedy } from '../../../shared/model/audit'
import type { OriginWhatIf } from '../../../shared/model/simulation'
import { canKeepLonger, defaultPatience, remediesFor } from '../remedies/index'
import type { Known } from '../remedies/values'
import { inSeconds } from '../seconds'
import type { CaseGroup } from './groups'
import type { FindingInput } from './rule'

/** How long whoever sends a group's requests keeps idle connections. */
export interface Patience {
  /** For a sentence: "Amazon CloudFront", "the client". */
  readonly name: string
  readonly seconds: number
  readonly knownBy: 'observed' | 'default'
}

/** What its closes show; else the documented default of the product that the traffic names, unless it was seen to wait for longer. */
export function patienceOf(g: CaseGroup, { timers = [] }: Pick<FindingInput, 'timers'>): Patience | null {
  const mine = timers.filter(
    (t) =>
      t.side === 'client' &&
      t.kind === 'idle-timeout' &&
      (g.client === null || t.who.address === g.client) &&
      (t.who.product === null || g.fromProxy || t.who.product === g.userAgent),
  )
  const byDefault = defaultPatience(g)
  const name = byDefault?.name ?? (g.fromProxy ? 'the proxy' : 'the client')
  const exact = mine.filter(({ bound }) => bound === 'exact').map(({ value }) => value)
  // Several programs: the one that waits longest says what a server's time-out can do.
  if (exact.length > 0) return { name, seconds: Math.max(...exact), knownBy: 'observed' }
  const waited = Math.max(0, ...mine.map(({ value }) => value))
  return byDefault === null || waited > byDefault.seconds * 1.1 ? null : { ...byDefault, knownBy: 'default' }
}

/** Seconds that a time-out has to bridge for this group. */
const wantedBy = (g: CaseGroup, replay: Known['replay']): number => replay?.timeoutSeconds ?? g.demandGap?.p95 ?? 0

/** The client, too, would have closed before most of these requests came. */
export const isTooShort = (patience: Patience | null, g: CaseGroup, replay: Known['replay']): patience is Patience =>
  patience !== null && patience.seconds < wantedBy(g, replay)

/** First the client, then the server, whose time-out must be the longer one. */
export function remediesOfBothSteps(g: CaseGroup, patience: Pick<Patience, 'name'>, known: Known): readonly Remedy[] {
  const both = { ...known, bothFor: patience.name, firstStep: canKeepLonger(g) }
  return [...(canKeepLonger(g) ? remediesFor('keep-idle-longer', g, both) : []), ...remediesFor('raise-idle-timeout', g, both)]
}

/** "CloudFront keeps idle connections for 5 s by default: a longer time-out of the server alone would avoid none of these connections." */
export function aloneText({ name, seconds, knownBy }: Patience, g: CaseGroup, whatIf: OriginWhatIf | null): string {
  const who = name.charAt(0).toUpperCase() + name.slice(1)
  const kept = `${who} keeps idle connections for ${inSeconds(seconds)}${knownBy === 'default' ? ' by default' : ''}`
  const alone = whatIf === null ? null : avoidedWithin(seconds, whatIf)
  const what =
    alone === null
      ? 'avoids only what comes back within that time'
      : alone <= 0
        ? 'avoids none of these connections'
        : `avoids ${alone.toLocaleString('en')} of these connections`
  return `${kept}: a longer time-out of the server alone ${what}. ${
    canKeepLonger(g) ? 'Both must keep them longer, the server for longer than the client.' : 'That cannot be set from outside.'
  }`
}

/** By replay, at the longest time-out looked at that the client's own does not cut short. */
function avoidedWithin(seconds: number, { asCaptured, curve }: OriginWhatIf): number | null {
  const point = curve.filter(({ timeoutSeconds }) => timeoutSeconds <= seconds * 1.001).at(-1)
  return point === undefined ? null : asCaptured.connections - point.connections
}
