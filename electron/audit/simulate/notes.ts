/** The simulator's plain sentences. */
import { plural as count } from '../../../shared/format'
import type { Calibration, Policy, WhatIf } from '../../../shared/model/simulation'
import { MAX_CALIBRATION_ERROR } from '../../../shared/model/simulation'
import { inSeconds } from '../seconds'
import type { Demand, Span } from './demand'
import { TLS12_FULL, TLS12_RESUMED } from './demand'
import { MAX_REQUESTS } from './prepare'

/** Why nothing is predicted; null where it is. */
export function refusalOf({ observed, simulated, error, trusted }: Calibration): string | null {
  if (trusted) return null
  if (observed === 0) return 'No connection with a request was opened in the capture: there is nothing to replay.'
  const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`
  return (
    `Replayed at the settings the traffic shows, these requests open ${count(simulated, 'connection')} where ${observed.toLocaleString('en')} ` +
    `${observed === 1 ? 'was' : 'were'} opened: pool by pool ${percent(error)} off. Beyond ${percent(MAX_CALIBRATION_ERROR)} a prediction would be a guess, so there is none.`
  )
}

/** What a prediction under this policy rests on. */
export function notesOf(demand: Demand, policy: Policy): readonly string[] {
  const notes = [
    'Requests are replayed at the times at which they were made; a faster or slower answer would have moved the later ones.',
  ]
  if (policy.poolSize === null) notes.push('How many connections the clients wanted at once is taken from the capture.')
  const ages = [...new Set(demand.pools.map(({ maxAge }) => maxAge))].filter(Number.isFinite)
  if (ages.length > 0) {
    const [age = 0] = ages
    const at = ages.length > 1 ? 'ages of their own' : `an age of ${inSeconds(age / 1e9)}`
    notes.push(`Connections are ended at ${at}, as in the capture: no setting here changes that.`)
  }
  if (policy.protocol === 'h2') {
    notes.push('With HTTP/2, requests of a pool share connections, and one made while a connection is being set up waits for it.')
    if (demand.tls.some((tls) => tls === 0))
      notes.push('Where there was no TLS, what setting it up would add is not counted: browsers speak HTTP/2 over TLS only.')
  }
  if (policy.tlsResumption !== 'as-captured' && !demand.tls.some((tls) => tls === TLS12_FULL || tls === TLS12_RESUMED))
    notes.push(
      'Resuming a TLS 1.3 session saves bytes and computing, not a round trip; only early data would, and it is not assumed.',
    )
  return notes
}

/** The answer where there is too much to replay at once. */
export function tooMany(origin: string | null, policy: Policy, requests: number, span: Span): WhatIf {
  return {
    origin,
    policy,
    requests,
    pools: 0,
    captureSeconds: (span.to - span.from) / 1e9,
    settings: { serverIdleTimeoutSeconds: null, clientIdleTimeoutSeconds: null, requestLimit: null, differ: false },
    calibration: { observed: 0, simulated: 0, error: 0, trusted: false },
    prediction: null,
    refusal:
      `There are ${requests.toLocaleString('en')} requests; at most ${MAX_REQUESTS.toLocaleString('en')} are replayed at once.` +
      (origin === null ? ' Choose an origin.' : ''),
    untouched: [],
    notes: [],
  }
}
