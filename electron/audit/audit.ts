/** From facts in the store to an audit: verdicts, totals, findings. */
import type { AuditSummary } from '../../shared/model/audit'
import type { CaptureFact } from '../../shared/model/facts'
import type { Store } from '../store/store'
import { findAll } from './findings/index'
import { chainsOf } from './inferred/chains'
import { observeOwners, timersOf } from './inferred/index'
import { racePredictions } from './inferred/race-predictions'
import { dropInference, prepareInference } from './inferred/tables'
import { joinHar } from './har/join'
import { judge } from './judge'
import { ledgerOf } from './ledger/index'
import { legsOf } from './legs/index'
import { notesOf } from './notes'
import { placeboNote } from './placebo'
import { raceRisks } from './race-risk'
import { qualityOf } from './quality'
import { originsWhatIf } from './simulate/origins'
import { Simulator } from './simulate/simulator'
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

/** Judges everything in the store anew and sums it up. @throws what `checkpoint` throws. */
export async function audit(store: Store, captures: readonly CaptureFact[], checkpoint?: () => void): Promise<AuditSummary> {
  const joined = await joinHar(store, captures)
  const { races: seen, timers } = await judge(store, checkpoint)
  await prepareInference(store)
  const races = [...seen, ...(await raceRisks(store, timers))]
  const observed = await observeOwners(store)
  const inferred = await timersOf(store, observed)
  const predictions = await racePredictions(store, observed)
  await dropInference(store)
  const span = spanOf(captures)
  const { legs, stitching } = await legsOf(store, captures, checkpoint)
  const sums = await sumUp(store)
  const quality = await qualityOf(store, captures)
  const chains = await chainsOf(store, observed, quality.vantage.pairs)
  const whatIf = await originsWhatIf(store, new Simulator(store, span), checkpoint ?? (() => undefined))
  const findings = await findAll(store, {
    totals: sums.totals,
    origins: sums.origins,
    races,
    chains,
    timers: inferred,
    whatIf,
    captureSeconds: (span.to - span.from) / 1e9,
  })
  await store.writeFindings(findings)
  const placebo = await placeboNote(store)
  return {
    captures,
    totals: sums.totals,
    causes: sums.causes,
    origins: sums.origins,
    timeline: await timelineOf(store, span.from, span.to),
    findings,
    races,
    racePredictions: predictions,
    timers: inferred,
    chains,
    ledger: await ledgerOf(store),
    whatIf,
    quality,
    encrypted: sums.encrypted,
    ...(sums.encrypted > 0 ? { encryptedTotals: sums.encryptedTotals } : {}),
    legs,
    stitching,
    diagnostics: await store.diagnostics(MAX_DIAGNOSTICS),
    rttSeconds: sums.rttSeconds,
    notes: [...notesOf(captures, sums, quality, joined), ...(placebo === null ? [] : [placebo])],
  }
}
