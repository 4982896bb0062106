import type { CaptureFact } from '../../../shared/model/facts'
import type { Leg, Stitching } from '../../../shared/model/legs'
import type { Store } from '../../store/store'
import { stitch } from '../stitch/stitch'
import { findLegs } from './find'
import { describeLegs, frontsOf } from './legs'

/** Finds the legs, joins those that belong together, and marks the connections that proxies opened (`subjects.from_proxy`). After the verdicts. */
export async function legsOf(
  store: Store,
  captures: readonly CaptureFact[],
  checkpoint?: () => void,
): Promise<{ readonly legs: readonly Leg[]; readonly stitching: Stitching | null }> {
  const seen = await findLegs(store)
  const stitching = await stitch(store, seen, captures, checkpoint)
  const behind = [...frontsOf(stitching).keys()]
  if (behind.length > 0)
    await store.run(
      `UPDATE subjects SET from_proxy = true WHERE id IN (SELECT connection FROM leg_members WHERE leg IN (${behind.join(',')}))`,
    )
  return { legs: await describeLegs(store, seen, stitching), stitching }
}
