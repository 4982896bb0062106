import type { Policy, WhatIf } from '../../../shared/model/simulation'
import { AS_CAPTURED } from '../../../shared/model/simulation'
import { fromSeconds } from '../../../shared/units'
import { Store } from '../../store/store'
import { judge, learn } from '../judge'
import { Simulator } from '../simulate/simulator'
import { prepareSubjects } from '../subjects'
import type { Traffic } from './traffic'

/** Asks, of the told traffic, what each of these policies would have done. @param seconds the length of the capture */
export async function simulated(
  told: Traffic,
  policies: readonly Partial<Policy>[],
  seconds = 60,
  origin: string | null = null,
): Promise<readonly WhatIf[]> {
  const store = await Store.open()
  try {
    told.into(store.sink(0))
    await store.flush()
    await prepareSubjects(store)
    await judge(store, await learn(store))
    const simulator = new Simulator(store, { from: 0, to: fromSeconds(seconds) })
    const answers: WhatIf[] = []
    for (const policy of policies) answers.push(await simulator.whatIf(origin, { ...AS_CAPTURED, ...policy }))
    return answers
  } finally {
    await store.close()
  }
}
