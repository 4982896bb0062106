/** A server's request limit as it is listed. The inference itself is the causes' (request-counts.ts). */
import type { InferredTimer } from '../../../shared/model/timers'
import type { Ages } from '../ages'
import type { Owner } from './owners'
import type { RequestCounts } from './request-counts'

/** A connection that carried so many is worth telling where no limit shows. */
const WORTH_TELLING = 10

/** The owner's limit, or the most that it is known to allow; null where neither says much. */
export function requestLimit(owner: Owner, counts: RequestCounts | undefined, ages: Ages): InferredTimer | null {
  if (counts === undefined) return null
  const shared = { kind: 'request-limit', side: 'server', who: owner.who, advertised: counts.advertised } as const
  const { limit, allowed } = counts
  // More that were ended at one age than at one count: then the equal counts are chance.
  const shown = limit !== null && (limit.announced || (ages.ofServer(owner.key)?.ends ?? 0) <= limit.ended) ? limit : null
  if (shown === null && allowed.value < WORTH_TELLING) return null
  const { value, connections } = shown ?? allowed
  const spread = { from: value, to: value }
  const sorted = [...connections].sort((a, b) => a - b)
  return shown === null
    ? {
        ...shared,
        value,
        bound: 'at-least',
        spread,
        samples: allowed.samples,
        of: allowed.of,
        confidence: 'high',
        connections: sorted,
      }
    : {
        ...{ ...shared, value, bound: 'exact' as const, spread, samples: shown.ended, of: shown.of, connections: sorted },
        confidence: shown.announced || shown.ended >= 3 ? 'high' : 'medium',
      }
}
