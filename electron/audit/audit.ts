/** From facts in the store to an audit: verdicts, totals, findings. */
import type { AuditSummary } from '../../shared/model/audit'
import type { CaptureFact } from '../../shared/model/facts'
import type { Store } from '../store/store'
import { findAll } from './findings/index'
import { inferTimers } from './inferred/index'
import { dropInference, prepareInference } from './inferred/tables'
import { judge } from './judge'
import { notesOf } from './notes'
import { raceRisks } from './race-risk'
import { qualityOf } from './quality'
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
  const { races: seen, timers } = await judge(store, checkpoint)
  const races = [...seen, ...(await raceRisks(store, timers))]
  await prepareInference(store)
  const inferred = await inferTimers(store)
  await dropInference(store)
  const span = spanOf(captures)
  const sums = await sumUp(store)
  const quality = await qualityOf(store, captures)
  const findings = await findAll(store, {
    totals: sums.totals,
    origins: sums.origins,
    races,
    captureSeconds: (span.to - span.from) / 1e9,
  })
  await store.writeFindings(findings)
  return {
    captures,
    totals: sums.totals,
    causes: sums.causes,
    origins: sums.origins,
    timeline: await timelineOf(store, span.from, span.to),
    findings,
    races,
    timers: inferred,
    quality,
    encrypted: sums.encrypted,
    diagnostics: await store.diagnostics(MAX_DIAGNOSTICS),
    rttSeconds: sums.rttSeconds,
    notes: notesOf(captures, sums, quality),
  }
}
