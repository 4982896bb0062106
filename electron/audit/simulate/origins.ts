/** What an idle time-out would do, for the origins that lose most to one. */
import type { OriginRefusal, OriginWhatIf, TimeoutOf, WhatIf } from '../../../shared/model/simulation'
import { AS_CAPTURED } from '../../../shared/model/simulation'
import type { Store } from '../../store/store'
import type { Simulator } from './simulator'

/** Origins looked at, and requests of one: more is for whoever asks. */
const MAX_ORIGINS = 8
const MAX_REQUESTS = 200_000

const CONCERNED = `
SELECT v.origin, count_if(v.cause = 'client-idle-timeout') * 2 > count(*) AS client
FROM verdicts v
WHERE v.verdict = 'avoidable' AND v.cause IN ('server-idle-timeout', 'client-idle-timeout', 'lost-race')
GROUP BY v.origin
HAVING (SELECT sum(s.exchange_count) FROM subjects s JOIN verdicts o ON o.connection = s.id WHERE o.origin = v.origin) <= ${MAX_REQUESTS}
ORDER BY count(*) DESC, v.origin LIMIT ${MAX_ORIGINS}`

export interface OriginsWhatIf {
  readonly recommended: readonly OriginWhatIf[]
  readonly refused: readonly OriginRefusal[]
}

/** Those whose capture is reproduced and for whom a time-out can be recommended, and why the others are not. @param checkpoint throws to stop */
export async function originsWhatIf(store: Store, simulator: Simulator, checkpoint: () => void): Promise<OriginsWhatIf> {
  const found: OriginWhatIf[] = []
  const refused: OriginRefusal[] = []
  for (const row of await store.rows(CONCERNED)) {
    checkpoint()
    const origin = row.origin as string
    const one: TimeoutOf = row.client === true ? 'client' : 'server'
    const { timeoutOf, asked } = await better(simulator, origin, one)
    const recommendation = asked.prediction?.recommendation ?? null
    if (asked.prediction === null || recommendation === null) {
      const why = asked.refusal ?? asked.prediction?.nothingToGain ?? null
      if (why !== null) refused.push({ origin, why })
      continue
    }
    const policy = { ...AS_CAPTURED, timeoutOf, idleTimeoutSeconds: recommendation.settingSeconds }
    const recommended = (await simulator.whatIf(origin, policy)).prediction?.outcome
    if (recommended === undefined) continue
    const { captureSeconds, settings, calibration, prediction } = asked
    const { asCaptured, curve } = prediction
    found.push({ origin, timeoutOf, captureSeconds, settings, calibration, asCaptured, recommended, recommendation, curve })
  }
  return { recommended: found, refused }
}

interface Asked {
  readonly timeoutOf: TimeoutOf
  readonly asked: WhatIf
}

/** Where the other side closes idle connections, too, a longer time-out of one may avoid little, and that of both much more. */
async function better(simulator: Simulator, origin: string, one: TimeoutOf): Promise<Asked> {
  const asked = await simulator.whatIf(origin, { ...AS_CAPTURED, timeoutOf: one })
  const { settings, prediction } = asked
  const other = one === 'server' ? settings.clientIdleTimeoutSeconds : settings.serverIdleTimeoutSeconds
  if (prediction === null || (other === null && !settings.differ)) return { timeoutOf: one, asked }
  const both = await simulator.whatIf(origin, { ...AS_CAPTURED, timeoutOf: 'both' })
  const avoids = (w: WhatIf): number => w.prediction?.recommendation?.unlimitedAvoids ?? 0
  return avoids(both) > avoids(asked) ? { timeoutOf: 'both', asked: both } : { timeoutOf: one, asked }
}
