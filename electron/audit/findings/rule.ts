/** What a rule is: docs/how-to/add-a-rule.md. */
import type { Finding, Impact, OriginTotals, Race, Remedy, Totals } from '../../../shared/model/audit'
import type { OriginWhatIf } from '../../../shared/model/simulation'
import type { Chain, InferredTimer } from '../../../shared/model/timers'
import type { Attempts } from './attempts'
import type { Authentications } from './authentications'
import type { CaseGroup } from './groups'
import type { Multiplexed } from './multiplexing'
import { asProxy } from '../legs/wording'
import type { Place } from '../remedies/product'
import type { Places } from './places'
import { inSeconds } from '../seconds'
import { unknownPlace } from './places'
import type { SharedAddress } from './one-address'
import type { TlsSetups } from './tls-setups'

export interface FindingInput {
  readonly totals: Totals
  readonly origins: readonly OriginTotals[]
  readonly races: readonly Race[]
  /** Proxies with both legs in the audit. */
  readonly chains?: readonly Chain[]
  /** What the traffic shows of servers' and clients' timers. */
  readonly timers?: readonly InferredTimer[]
  /** What a longer idle time-out would do, by replay, for the origins that lose most to a short one. */
  readonly whatIf?: readonly OriginWhatIf[]
  readonly groups: readonly CaseGroup[]
  /** How TLS was set up, by origin. */
  readonly tlsSetups: readonly TlsSetups[]
  /** What authenticating connections took, by origin. */
  readonly authentications: readonly Authentications[]
  /** Connections that never carried a request: failed, or opened in vain. */
  readonly attempts: readonly Attempts[]
  /** Names of one site at one address. */
  readonly sharedAddresses: readonly SharedAddress[]
  /** Origins whose HTTP/2 or HTTP/3 connections carried requests side by side. */
  readonly multiplexed: readonly Multiplexed[]
  /** The products of origins that findings beside the waste name. */
  readonly places: Places
  /** Length of the capture: it says nothing of idle times beyond. */
  readonly captureSeconds: number
}

/** Looks at the whole audit and says what it sees. Pure: the same input gives the same findings. */
export interface Rule {
  /** Stable, kebab-case. */
  readonly id: string
  find(input: FindingInput): readonly Omit<Finding, 'id' | 'rule'>[]
}

export const placeAt = ({ places }: Pick<FindingInput, 'places'>, origin: string): Place =>
  places.ofOrigin.get(origin) ?? unknownPlace(origin)

/** What avoiding these connections would save. */
export const impactOf = (g: CaseGroup, totals: Totals): Impact => ({
  handshakes: g.handshakes,
  roundTrips: g.roundTrips,
  seconds: Math.round(g.seconds * 1e9) / 1e9,
  share: totals.wastedRoundTrips === 0 ? 0 : g.roundTrips / totals.wastedRoundTrips,
})

/** A single handshake is worth knowing; a third of all waste is worth acting on today. */
export function severityOf(impact: Impact): 'info' | 'warning' | 'error' {
  if (impact.handshakes >= 5 && impact.share >= 0.3) return 'error'
  return impact.handshakes >= 2 ? 'warning' : 'info'
}

export const ofCause = (input: FindingInput, ...causes: readonly string[]): readonly CaseGroup[] =>
  input.groups.filter((g) => causes.includes(g.cause))

/** What opened the connections, for grouping: a program's User-Agent, or an address. A proxy's User-Agents are its users'. */
export const programOf = (g: CaseGroup): string => (g.fromProxy ? `proxy ${g.client ?? ''}` : (g.userAgent ?? g.client ?? ''))

export function clientName(g: CaseGroup): string | null {
  if (!g.fromProxy) return g.userAgent ?? g.client
  return g.client === null ? `Proxies in front of ${g.origin}` : `The proxy at ${g.client}`
}

/** Where a proxy opens the connections, it is the proxy that a sentence on "the client" speaks of. */
const spokenOf = (g: CaseGroup, text: string): string => (g.fromProxy ? asProxy(text) : text)

/** A group's finding: everything but what the rule itself has to say. */
export function findingOf(
  g: CaseGroup,
  input: FindingInput,
  said: {
    readonly title: string
    readonly why: string
    readonly evidence: readonly string[]
    readonly confidence?: Finding['confidence']
    readonly remedies: readonly Remedy[]
  },
): Omit<Finding, 'id' | 'rule'> {
  const impact = impactOf(g, input.totals)
  return {
    severity: severityOf(impact),
    title: withOrigin(spokenOf(g, said.title), g.origin),
    why: spokenOf(g, said.why),
    evidence: said.evidence.map((text) => withOrigin(spokenOf(g, text), g.origin)),
    connections: g.connections,
    origin: g.origin,
    client: clientName(g),
    impact,
    // A HAR shows no packets: what is concluded from its headers alone is less certain.
    confidence: said.confidence ?? (g.transport === 'har' ? 'medium' : 'high'),
    remedies: said.remedies,
  }
}

export { plural } from '../../../shared/format'

/** "4 s (median)", or "4 s" of a single one. */
export const medianText = (seconds: number, count: number): string => `${inSeconds(seconds)}${count === 1 ? '' : ' (median)'}`

/** Others name Chrome and Safari besides themselves. */
const BROWSERS: readonly (readonly [token: string, name: string])[] = [
  ['Firefox', 'Firefox'],
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Chrome', 'Chrome'],
]

/** Parts that nearly all browsers name, and those built on them. */
const OF_BROWSERS = /^(?:Mozilla|AppleWebKit|Gecko|Version|Mobile|Safari)\//

/** Of a User-Agent a title has room for so much. */
const ROOM = 60

/** Programs that call themselves compatible with the browser whose field they send. Internet Explorer does too: from 11 on by "rv" alone. */
function compatibleName(agent: string): string | null {
  const explorer = /\bTrident\/.*\brv:(\d+)/.exec(agent) ?? /\bcompatible; MSIE (\d+)/.exec(agent)
  if (explorer !== null) return `Internet Explorer/${explorer[1] ?? ''}`
  return /\bcompatible; ?([\w.-]{1,60}\/[\w.]{1,30})/.exec(agent)?.[1] ?? null
}

/** The part of a User-Agent that tells programs apart: "curl/7.24.0", "Firefox/34.0". The whole is beside the finding. */
export function programName(agent: string): string {
  if (!agent.startsWith('Mozilla/')) return /^\S{1,60}/.exec(agent)?.[0] ?? agent
  const compatible = compatibleName(agent)
  if (compatible !== null) return compatible
  for (const [token, name] of BROWSERS) {
    const version = new RegExp(`^Mozilla/5[.]0 .*\\b${token}/(\\d+)`).exec(agent)?.[1]
    if (version !== undefined) return `${name}/${version}`
  }
  if (/^Mozilla\/5\.0 .*\bSafari\//.test(agent)) return 'Safari'
  const outside = agent.replace(/\([^()]*\)/g, ' ').split(/\s+/)
  const other = outside.find((part) => /^[\w.-]+\/\d/.test(part) && !OF_BROWSERS.test(part))
  return other?.slice(0, ROOM) ?? (agent.length > ROOM ? `${agent.slice(0, ROOM)}…` : agent)
}

/** Who a title speaks of. */
export function actorName(g: CaseGroup): string | null {
  const name = clientName(g)
  return g.fromProxy || name === null || g.userAgent === null ? name : programName(name)
}

/** An origin in a sentence: what runs through a tunnel, or asks a forward proxy, is no address. */
const spoken = (origin: string): string =>
  origin.replace(/^tunnel (?=\S)/, 'the tunnel to ').replace(/^proxy (?=\S)/, 'the proxy ')

const withOrigin = (text: string, origin: string): string => {
  const name = spoken(origin)
  if (name === origin) return text
  const said = text.split(origin).join(name)
  return said.charAt(0).toUpperCase() + said.slice(1)
}
