import type { Finding, Remedy } from '../../../shared/model/audit'
import type { Store } from '../../store/store'
import { caseGroups } from './groups'
import { ageLimitLow } from './age-limit-low'
import { chainOrder } from './chain-order'
import { clientAsksToClose } from './client-asks-to-close'
import { clientChangedAddress } from './client-changed-address'
import { clientDoesNotPool } from './client-does-not-pool'
import { clientIdleTimeoutShort } from './client-idle-timeout-short'
import { clientPoolFull } from './client-pool-full'
import { connectionsCutOff } from './connections-cut-off'
import { connectionsNotCoalesced } from './connections-not-coalesced'
import { forgottenOnTheWay } from './forgotten-on-the-way'
import { goawayChurn } from './goaway-churn'
import { healthyReuse } from './healthy-reuse'
import { idleConnectionIgnored } from './idle-connection-ignored'
import { keepAliveDisabled } from './keep-alive-disabled'
import { keepAliveRace } from './keep-alive-race'
import { requestLimitLow } from './request-limit-low'
import type { FindingInput, Rule } from './rule'
import { serverDrain } from './server-drain'
import { serverIdleTimeoutShort } from './server-idle-timeout-short'
import { timeoutHintNotKept } from './timeout-hint-not-kept'
import { timeoutHintTooShort } from './timeout-hint-too-short'

/** Every rule. To add one, see docs/how-to/add-a-rule.md. */
export const RULES: readonly Rule[] = [
  keepAliveDisabled,
  clientDoesNotPool,
  clientAsksToClose,
  serverIdleTimeoutShort,
  clientIdleTimeoutShort,
  timeoutHintTooShort,
  timeoutHintNotKept,
  requestLimitLow,
  idleConnectionIgnored,
  clientPoolFull,
  ageLimitLow,
  serverDrain,
  goawayChurn,
  clientChangedAddress,
  connectionsNotCoalesced,
  forgottenOnTheWay,
  connectionsCutOff,
  keepAliveRace,
  chainOrder,
  healthyReuse,
]

/** Findings shown; a capture of a thousand origins would else bury the worst. */
const MAX_FINDINGS = 60
const RANK = { error: 0, warning: 1, info: 2, good: 3 } as const

export function findingsOf(input: FindingInput): readonly Finding[] {
  const all = RULES.flatMap((rule) => rule.find(input).map((finding) => ({ rule: rule.id, ...finding })))
  all.sort(
    (a, b) =>
      Number(a.severity === 'good') - Number(b.severity === 'good') ||
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

/** Runs every rule over the audit in the store, the costliest finding first, good practice last. */
export async function findAll(store: Store, input: Omit<FindingInput, 'groups'>): Promise<readonly Finding[]> {
  return findingsOf({ ...input, groups: await caseGroups(store) })
}
