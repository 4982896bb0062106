import type { CaptureFact } from '../../../shared/model/facts'
import type { Leg } from '../../../shared/model/legs'
import type { Store } from '../../store/store'
import type { Stitched } from '../stitch/stitch'
import { stitch } from '../stitch/stitch'
import type { SeenLeg } from './find'
import { findLegs } from './find'
import { describeLegs, frontsOf } from './legs'

export interface JoinedLegs extends Stitched {
  readonly seen: readonly SeenLeg[]
}

/** Finds the legs, joins those that belong together, and marks the connections that proxies opened (`subjects.from_proxy`). Needs no verdicts. */
export async function joinLegs(store: Store, captures: readonly CaptureFact[], checkpoint?: () => void): Promise<JoinedLegs> {
  const seen = await findLegs(store)
  const stitched = await stitch(store, seen, captures, checkpoint)
  const behind = [...frontsOf(stitched.stitching).keys()]
  if (behind.length > 0)
    await store.run(
      `UPDATE subjects SET from_proxy = true WHERE id IN (SELECT connection FROM leg_members WHERE leg IN (${behind.join(',')}))`,
    )
  return { seen, ...stitched }
}

/** The legs and how well each reuses its connections. After the verdicts. */
export const legsOf = (store: Store, { seen, stitching }: JoinedLegs): Promise<readonly Leg[]> =>
  describeLegs(store, seen, stitching)
