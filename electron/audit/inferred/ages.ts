/** An owner's maximum age as it is listed. The inference itself is the causes' (../ages.ts). */
import type { InferredTimer } from '../../../shared/model/timers'
import type { Ages } from '../ages'
import type { Owner } from './owners'

export function maxAge(ages: Ages, owner: Owner): InferredTimer | null {
  const limit = owner.side === 'server' ? ages.ofServer(owner.key) : ages.ofProgram(owner.key)
  if (limit === null) return null
  const seconds = (nanos: number): number => Math.round(nanos / 1e3) / 1e6
  return {
    kind: 'max-age',
    side: owner.side,
    who: owner.who,
    value: seconds(limit.age),
    bound: 'exact',
    spread: { from: seconds(limit.age), to: seconds(limit.to) },
    samples: limit.ends,
    of: limit.of,
    confidence: limit.ends >= 5 ? 'medium' : 'low',
    advertised: null,
    connections: [...limit.connections].sort((a, b) => a - b),
  }
}
