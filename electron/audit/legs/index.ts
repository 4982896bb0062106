import type { CaptureFact } from '../../../shared/model/facts'
import type { Leg, Stitching } from '../../../shared/model/legs'
import type { Store } from '../../store/store'
import { stitch } from '../stitch/stitch'
import type { SeenLeg } from './find'
import { findLegs } from './find'
import { describeLegs, frontsOf } from './legs'

export interface JoinedLegs {
  readonly seen: readonly SeenLeg[]
  readonly stitching: Stitching | null
}

/** Finds the legs, joins those that belong together, and marks the connections that proxies opened (`subjects.from_proxy`). Needs no verdicts. */
export async function joinLegs(store: Store, captures: readonly CaptureFact[], checkpoint?: () => void): Promise<JoinedLegs> {
  const seen = await findLegs(store)
  const stitching = await stitch(store, seen, captures, checkpoint)
  const behind = [...frontsOf(stitching).keys()]
  if (behind.length > 0)
    await store.run(
      `UPDATE subjects SET from_proxy = true WHERE id IN (SELECT connection FROM leg_members WHERE leg IN (${behind.join(',')}))`,
    )
  return { seen, stitching }
}

/** The legs and how well each reuses its connections. After the verdicts. */
export const legsOf = (store: Store, { seen, stitching }: JoinedLegs): Promise<readonly Leg[]> =>
  describeLegs(store, seen, stitching)
