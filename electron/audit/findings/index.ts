import type { Finding, Remedy } from '../../../shared/model/audit'
import type { Store } from '../../store/store'
import { together } from '../together'
import { attemptsOf } from './attempts'
import { authentications } from './authentications'
import { caseGroups } from './groups'
import { sharedAddresses } from './one-address'
import type { TlsSetups } from './tls-setups'
import { tlsSetups } from './tls-setups'
import { ageLimitLow } from './age-limit-low'
import { chainOrder, outOfOrder } from './chain-order'
import { clientAsksToClose } from './client-asks-to-close'
import { clientChangedAddress } from './client-changed-address'
import { clientGivesUp } from './client-gives-up'
import { clientDoesNotPool } from './client-does-not-pool'
import { clientIdleTimeoutShort } from './client-idle-timeout-short'
import { clientPoolFull } from './client-pool-full'
import { connectionAuthentication } from './connection-authentication'
import { connectionsCutOff } from './connections-cut-off'
import { connectionsNotCoalesced } from './connections-not-coalesced'
import { errorsEndConnections } from './errors-end-connections'
import { credentialsKeptApart } from './credentials-kept-apart'
import { forgottenOnTheWay } from './forgotten-on-the-way'
import { goawayChurn } from './goaway-churn'
import { healthyReuse } from './healthy-reuse'
import { idleConnectionIgnored } from './idle-connection-ignored'
import { keepAliveDisabled } from './keep-alive-disabled'
import { keepAliveRace } from './keep-alive-race'
import { requestLimitLow } from './request-limit-low'
import { connectionAttemptsFailed } from './connection-attempts-failed'
import { connectionsUnused, oneOf } from './connections-unused'
import { http2Multiplexes } from './http2-multiplexes'
import { crowded, http2NeedsFewer } from './http2-needs-fewer'
import { namesShareAddress } from './names-share-address'
import { tlsHelloRetry } from './tls-hello-retry'
import { tlsNotResumed } from './tls-not-resumed'
import { tlsOldVersion } from './tls-old-version'
import { tlsResumptionWorks } from './tls-resumption-works'
import { multiplexedOrigins } from './multiplexing'
import { placesAlike, placesBeside, placesOf } from './places'
import type { Places } from './places'
import type { FindingInput, Rule } from './rule'
import { serverDrain } from './server-drain'
import { serverIdleTimeoutShort } from './server-idle-timeout-short'
import { timeoutHintNotKept } from './timeout-hint-not-kept'
import { timeoutHintTooShort } from './timeout-hint-too-short'

/** Every rule. To add one, see docs/how-to/add-a-rule.md. */
export const RULES: readonly Rule[] = [
  keepAliveDisabled,
  errorsEndConnections,
  clientDoesNotPool,
  clientAsksToClose,
  serverIdleTimeoutShort,
  clientIdleTimeoutShort,
  timeoutHintTooShort,
  timeoutHintNotKept,
  requestLimitLow,
  idleConnectionIgnored,
  credentialsKeptApart,
  clientPoolFull,
  clientGivesUp,
  ageLimitLow,
  serverDrain,
  goawayChurn,
  clientChangedAddress,
  connectionsNotCoalesced,
  forgottenOnTheWay,
  connectionsCutOff,
  keepAliveRace,
  chainOrder,
  tlsNotResumed,
  tlsOldVersion,
  tlsHelloRetry,
  connectionAuthentication,
  connectionAttemptsFailed,
  connectionsUnused,
  namesShareAddress,
  http2NeedsFewer,
  healthyReuse,
  tlsResumptionWorks,
  http2Multiplexes,
]

/** Findings shown; a capture of a thousand origins would else bury the worst. */
const MAX_FINDINGS = 60
const RANK = { error: 0, warning: 1, info: 2, good: 3 } as const

/** Runs every rule over the audit, the costliest finding first, good practice last. */
export function findingsOf(input: FindingInput): readonly Finding[] {
  const all = RULES.flatMap((rule) => rule.find(input).map((finding) => ({ rule: rule.id, ...finding })))
  all.sort(
    (a, b) =>
      Number(a.severity === 'good') - Number(b.severity === 'good') ||
      // What is wrong comes before what another protocol could do.
      Number(a.impact.kind === 'fewer') - Number(b.impact.kind === 'fewer') ||
      b.impact.roundTrips - a.impact.roundTrips ||
      b.impact.seconds - a.impact.seconds ||
      RANK[a.severity] - RANK[b.severity],
  )
  return all.slice(0, MAX_FINDINGS).map((finding, i) => ({ id: `F${i + 1}`, ...finding, ...sorted(finding.remedies) }))
}

/** What the capture shows, apart from what is only offered; each once, though two topics may give it. */
function sorted(remedies: readonly Remedy[]): Pick<Finding, 'remedies' | 'otherRemedies'> {
  const shown = unique(remedies.filter(({ offered }) => offered !== true))
  const ids = new Set(shown.map(({ id }) => id))
  const others = unique(remedies.filter(({ id, offered }) => offered === true && !ids.has(id)))
  return { remedies: shown, ...(others.length === 0 ? {} : { otherRemedies: others }) }
}

const unique = (remedies: readonly Remedy[]): readonly Remedy[] => [...new Map(remedies.map((r) => [r.id, r])).values()]

const NONE: Promise<readonly never[]> = Promise.resolve([])

/** Asks the store for what rules look at. After the verdicts and the legs. */
export async function lookAround(store: Store): Promise<Looked> {
  const there = await whatIsThere(store)
  const [groups, tls, attempts, shared, multiplexed, authenticated] = await together([
    caseGroups(store),
    there.tls ? tlsSetups(store) : NONE,
    there.idle ? attemptsOf(store) : NONE,
    there.several ? sharedAddresses(store) : NONE,
    there.multiplexing ? multiplexedOrigins(store) : NONE,
    there.authentication ? authentications(store) : NONE,
  ])
  return { groups, tlsSetups: tls, attempts, sharedAddresses: shared, multiplexed, authentications: authenticated }
}

/** Most captures have only some of this, and what is not there need not be asked for. */
async function whatIsThere(
  store: Store,
): Promise<Readonly<Record<'tls' | 'idle' | 'several' | 'multiplexing' | 'authentication', boolean>>> {
  const [row = {}] = await store.rows(
    `SELECT bool_or(tls) AS tls, bool_or(exchange_count = 0) AS idle, min(pool) <> max(pool) AS several,
       bool_or(application IN ('h2', 'h3')) AS multiplexing,
       (SELECT bool_or(connection_auth IS NOT NULL) FROM header_sets) AS authentication FROM subjects`,
  )
  const is = (name: string): boolean => row[name] === true
  return {
    tls: is('tls'),
    idle: is('idle'),
    several: is('several'),
    multiplexing: is('multiplexing'),
    authentication: is('authentication'),
  }
}

/** The products of what findings beside the waste will name; asked for when that is known. */
export async function lookAtPlaces(
  store: Store,
  { tlsSetups, origins, sharedAddresses, attempts, races, chains }: Omit<FindingInput, 'places'>,
): Promise<Places> {
  const saved = (o: TlsSetups): number => o.again.roundTrips + o.first.roundTrips + o.helloRetry.count + o.again13.count / 1e9
  const named = [
    ...most(
      tlsSetups.filter((o) => saved(o) > 0),
      saved,
    ).map((o) => o.origin),
    ...most(crowded(origins), (o) => o.needed).map((o) => o.origin),
    ...most(sharedAddresses, (a) => a.neededWithHttp2 - a.together).flatMap((a) => a.origins.slice(0, 1)),
  ]
  const unused = attempts.filter(({ kind }) => kind !== 'tls-failed').map(oneOf)
  const risky = races.filter(({ kind }) => kind === 'risk').map(({ connection }) => connection)
  const inChains = outOfOrder(chains ?? []).flatMap(([{ connections }]) => connections.slice(0, 1))
  const [ofOrigin, alike, beside] = await together([
    placesOf(store, named),
    placesAlike(store, [...inChains, ...risky]),
    placesBeside(store, unused),
  ])
  return { ofOrigin, besideConnection: new Map([...alike, ...beside]) }
}

/** Those among which a rule finds the few that it names. */
const most = <T>(items: readonly T[], by: (item: T) => number): readonly T[] =>
  [...items].sort((a, b) => by(b) - by(a)).slice(0, 20)

/** What the store is asked for. */
export type Looked = Pick<
  FindingInput,
  'groups' | 'tlsSetups' | 'attempts' | 'sharedAddresses' | 'multiplexed' | 'authentications'
>
