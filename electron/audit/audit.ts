/** From facts in the store to an audit: verdicts, totals, findings. */
import type { AuditSummary } from '../../shared/model/audit'
import type { CaptureFact } from '../../shared/model/facts'
import type { Store } from '../store/store'
import { findingsOf, lookAround, lookAtPlaces } from './findings/index'
import { chainsOf } from './inferred/chains'
import { encryptedTimeouts } from './inferred/encrypted'
import { observeOwners, timersOf } from './inferred/index'
import { racePredictions } from './inferred/race-predictions'
import { poolSizes } from './inferred/pool-sizes'
import { dropInference, prepareEnds, prepareIdleGaps } from './inferred/tables'
import { joinHar } from './har/join'
import type { Learned } from './judge'
import { judge, learn } from './judge'
import { entriesOf } from './ledger/entries'
import type { Load } from './ledger/load'
import { loadOf } from './ledger/load'
import { joinLegs, legsOf } from './legs/index'
import { sayProxy } from './legs/wording'
import { notesOf } from './notes'
import { placeboNote } from './placebo'
import { raceRisks } from './race-risk'
import { qualityOf } from './quality'
import { originsWhatIf } from './simulate/origins'
import { Simulator } from './simulate/simulator'
import { prepareSubjects } from './subjects-table'
import { together } from './together'
import { sumUp, timelineOf } from './totals'

/** Diagnostics kept in a summary; the rest stay in the store. */
const MAX_DIAGNOSTICS = 500

export interface Span {
  /** The audit's first and last instant, in nanoseconds from its time base. */
  readonly from: number
  readonly to: number
}

export function spanOf(captures: readonly CaptureFact[]): Span {
  let from = Infinity
  let to = -Infinity
  for (const { firstAt, lastAt } of captures) {
    if (firstAt !== null && firstAt < from) from = firstAt
    if (lastAt !== null && lastAt > to) to = lastAt
  }
  return from <= to ? { from, to } : { from: 0, to: 0 }
}

/**
 * Judges everything in the store anew and sums it up. The store works on what needs no verdict while the walk judges, and on sums that
 * do not need each other side by side.
 *
 * @throws what `checkpoint` throws.
 */
export async function audit(store: Store, captures: readonly CaptureFact[], checkpoint?: () => void): Promise<AuditSummary> {
  const joined = await joinHar(store, captures)
  const span = spanOf(captures)
  const [learned] = await together([learnSubjects(store, checkpoint), prepareIdleGaps(store)])
  const [judged, load, placebo, joinedLegs] = await together([
    judge(store, learned, checkpoint),
    beforeVerdicts(store, span),
    placeboNote(store),
    joinLegs(store, captures, checkpoint),
  ])
  const [inferred, legs, looked, entries, sums, quality, timeline, whatIf] = await together([
    inferredFrom(store, learned, judged),
    legsOf(store, joinedLegs),
    lookAround(store),
    entriesOf(store),
    sumUp(store),
    qualityOf(store, captures),
    timelineOf(store, span.from, span.to),
    originsWhatIf(store, new Simulator(store, span), checkpoint ?? (() => undefined)),
  ])
  const { observed, read, timers, predictions } = inferred
  const races = await sayProxy(store, inferred.races)
  const chains = await chainsOf(store, {
    ...{ timers: learned.timers, observed, legs, pairs: quality.vantage.pairs },
    carried: joinedLegs.carried,
  })
  await dropInference(store)
  const input = {
    totals: sums.totals,
    origins: sums.origins,
    races,
    chains,
    // No finding rests on an estimate.
    timers: read,
    whatIf: whatIf.recommended,
    ...looked,
    captureSeconds: (span.to - span.from) / 1e9,
  }
  const found = findingsOf({ ...input, places: await lookAtPlaces(store, input) })
  const findings = sums.assumed ? found.map((f) => ({ ...f, impact: { ...f.impact, assumed: true as const } })) : found
  await store.writeFindings(findings)
  return {
    captures,
    totals: sums.totals,
    causes: sums.causes,
    origins: sums.origins,
    timeline,
    findings,
    races,
    racePredictions: predictions.origins,
    poolRacePredictions: predictions.pools,
    timers,
    chains,
    ledger: { ...entries, ...load },
    whatIf: whatIf.recommended,
    ...(whatIf.refused.length === 0 ? {} : { whatIfRefused: whatIf.refused }),
    quality,
    ...(sums.assumed ? { roundTripsAssumed: true as const } : {}),
    encrypted: sums.encrypted,
    ...(sums.encrypted > 0 ? { encryptedTotals: sums.encryptedTotals } : {}),
    legs,
    stitching: joinedLegs.stitching,
    diagnostics: await store.diagnostics(MAX_DIAGNOSTICS),
    rttSeconds: sums.rttSeconds,
    notes: [...notesOf(captures, sums, quality, joined), ...(placebo === null ? [] : [placebo])],
  }
}

async function learnSubjects(store: Store, checkpoint?: () => void): Promise<Learned> {
  await prepareSubjects(store)
  return learn(store, checkpoint)
}

async function beforeVerdicts(store: Store, span: Span): Promise<Load> {
  await prepareEnds(store)
  return loadOf(store, span)
}

/** Hidden timers, and what follows from them. */
async function inferredFrom(store: Store, learned: Learned, judged: Awaited<ReturnType<typeof judge>>) {
  const [risks, observed, pools] = await together([
    raceRisks(store, learned.timers),
    observeOwners(store, learned),
    poolSizes(store, judged.pools),
  ])
  const predictions = await racePredictions(store, observed)
  const read = timersOf(observed, pools)
  const timers = [...read, ...(await encryptedTimeouts(store, read))]
  return { races: [...judged.races, ...risks], observed, read, timers, predictions }
}
