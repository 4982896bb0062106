import type { CaptureFact } from '../../../shared/model/facts'
import type { Policy, WhatIf } from '../../../shared/model/simulation'
import { AS_CAPTURED } from '../../../shared/model/simulation'
import { fromSeconds } from '../../../shared/units'
import { Store } from '../../store/store'
import { spanOf } from '../audit'
import { judge, learn } from '../judge'
import { Simulator } from '../simulate/simulator'
import { prepareSubjects } from '../subjects-table'
import type { Traffic } from './traffic'

/** Asks, of the told traffic, what each of these policies would have done. @param span the length of its capture in seconds, or its captures */
export async function simulated(
  told: Traffic,
  policies: readonly Partial<Policy>[],
  span: number | readonly CaptureFact[] = 60,
  origin: string | null = null,
): Promise<readonly WhatIf[]> {
  const store = await Store.open()
  try {
    told.into(store.sink(0))
    await store.flush()
    if (typeof span !== 'number') await store.addCaptures(span)
    await prepareSubjects(store)
    await judge(store, await learn(store))
    const simulator = new Simulator(store, typeof span === 'number' ? { from: 0, to: fromSeconds(span) } : spanOf(span))
    const answers: WhatIf[] = []
    for (const policy of policies) answers.push(await simulator.whatIf(origin, { ...AS_CAPTURED, ...policy }))
    return answers
  } finally {
    await store.close()
  }
}
