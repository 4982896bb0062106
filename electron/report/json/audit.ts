/** `roundtrip audit --format json`: the schema `roundtrip.audit/1`. */
import type { ConnectionVerdict, Finding } from '../../../shared/model/audit'
import type { AuditSource } from '../source'
import { captureJson, diagnosticJson } from './capture'
import { jsonArray, jsonText } from './stringify'

export const AUDIT_SCHEMA = 'roundtrip.audit/1'

/** The order of the members, whatever made the verdict. */
function verdictJson(verdict: ConnectionVerdict): ConnectionVerdict {
  const { id, pool, cause, neededWithHttp2, evidence, reason, setupRoundTrips, setupSeconds, synRetransmissionSeconds } = verdict
  return {
    id,
    verdict: verdict.verdict,
    cause,
    evidence,
    setupRoundTrips,
    setupSeconds,
    synRetransmissionSeconds,
    pool,
    neededWithHttp2,
    reason,
    vantage: verdict.vantage,
    ...(verdict.costs === undefined ? {} : { costs: verdict.costs }),
  }
}

/** Remedies for products that the capture does not show are for choosing from in the window. */
const shownOnly = (finding: Finding): Finding => {
  const { otherRemedies: _, ...shown } = finding
  return shown
}

/**
 * One JSON document in pieces, a connection a line: a million verdicts are never in memory at once. It holds nothing of when
 * or where it was made, so the same capture gives the same bytes.
 */
export async function* auditJson(source: AuditSource): AsyncGenerator<string> {
  const { summary } = source
  yield `{\n  "schema": ${jsonText(AUDIT_SCHEMA)},\n`
  yield* jsonArray('captures', summary.captures.map(captureJson))
  yield `,\n  "totals": ${jsonText(summary.totals)},\n  "causes": ${jsonText(summary.causes)},\n`
  yield `  "rttSeconds": ${jsonText(summary.rttSeconds)},\n`
  yield* jsonArray('origins', summary.origins)
  yield `,\n  "timeline": ${jsonText(summary.timeline)},\n`
  yield* jsonArray('findings', summary.findings.map(shownOnly))
  yield ',\n'
  yield* jsonArray('races', summary.races)
  yield ',\n'
  yield* jsonArray('racePredictions', summary.racePredictions ?? [])
  yield ',\n'
  yield* jsonArray('poolRacePredictions', summary.poolRacePredictions ?? [])
  yield ',\n'
  yield* jsonArray('timers', summary.timers ?? [])
  yield ',\n'
  yield* jsonArray('chains', summary.chains ?? [])
  yield ',\n'
  yield* jsonArray('whatIf', summary.whatIf ?? [])
  yield ',\n'
  yield* jsonArray('whatIfRefused', summary.whatIfRefused ?? [])
  yield `,\n  "ledger": ${jsonText(summary.ledger ?? null)}`
  yield ',\n'
  yield* jsonArray('legs', summary.legs ?? [])
  yield `,\n  "stitching": ${jsonText(summary.stitching ?? null)}`
  yield `,\n  "quality": ${jsonText(summary.quality)},\n  "encrypted": ${jsonText(summary.encrypted ?? 0)},\n`
  yield `  "encryptedTotals": ${jsonText(summary.encryptedTotals ?? null)},\n`
  yield `  "roundTripsAssumed": ${jsonText(summary.roundTripsAssumed ?? false)},\n`
  yield* jsonArray('diagnostics', summary.diagnostics.map(diagnosticJson))
  yield `,\n  "notes": ${jsonText(summary.notes)},\n`
  yield* jsonArray('connections', source.verdicts(), verdictJson)
  yield '\n}\n'
}
