import type { WhatIfQuery } from '../contract/engine-api'
import type { Outcome, WhatIf } from '../model/simulation'

/** What the capture of {@link whatIfOf} shows. */
export const AS_IT_WAS: Outcome = {
  connections: 40,
  setupRoundTrips: 40,
  setupSeconds: 1.6,
  peakOpen: 6,
  meanOpen: 2.25,
  idleConnectionSeconds: 200,
  waits: 0,
  waitSeconds: 0,
}

/** An answer as a session gives it: a longer time-out saves thirty of forty connections. */
export function whatIfOf({ origin, policy }: WhatIfQuery): WhatIf {
  return {
    origin,
    policy,
    requests: 400,
    pools: 3,
    captureSeconds: 300,
    settings: { serverIdleTimeoutSeconds: 5, clientIdleTimeoutSeconds: null, requestLimit: null, differ: false },
    calibration: { observed: 40, simulated: 41, error: 0.025, trusted: true },
    prediction: {
      asCaptured: AS_IT_WAS,
      outcome: { ...AS_IT_WAS, connections: 10, setupRoundTrips: 10, setupSeconds: 0.4, idleConnectionSeconds: 900 },
      curve: [
        { timeoutSeconds: 5, connections: 40, idleConnectionSeconds: 200 },
        { timeoutSeconds: 30, connections: 12, idleConnectionSeconds: 700 },
        { timeoutSeconds: 3600, connections: 10, idleConnectionSeconds: 1200 },
      ],
      unlimited: { connections: 10, idleConnectionSeconds: 1200 },
      recommendation: {
        timeoutSeconds: 41.2,
        settingSeconds: 60,
        connections: 11,
        avoids: 29,
        unlimitedAvoids: 30,
        confidence: 'medium',
        text: 'It rests on 30 connections that could be avoided.',
      },
      nothingToGain: null,
    },
    refusal: null,
    untouched: [{ cause: 'client-closed', connections: 4 }],
    notes: [],
  }
}

/** An answer of which nothing may be believed. */
export const refusedOf = (query: WhatIfQuery): WhatIf => ({
  ...whatIfOf(query),
  calibration: { observed: 40, simulated: 50, error: 0.25, trusted: false },
  prediction: null,
  refusal: 'Replayed, these requests open 50 connections where 40 were opened.',
})
