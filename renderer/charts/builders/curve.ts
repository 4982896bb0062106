/** Connections opened, and what keeping them costs, over the idle time-out. */
import { formatCount, formatDuration } from '../../../shared/format'
import type { Policy, WhatIf } from '../../../shared/model/simulation'
import type { CurveModel } from '../curve-model'

/** Null where nothing is predicted. */
export function timeoutCurve({ prediction, captureSeconds }: WhatIf, policy: Policy): CurveModel | null {
  if (prediction === null) return null
  const { curve, recommendation, unlimited } = prediction
  const first = curve[0]
  const recommended =
    recommendation === null
      ? []
      : [
          {
            at: recommendation.settingSeconds,
            label: `recommended ${formatDuration(recommendation.settingSeconds)}`,
            tone: 'needed' as const,
          },
        ]
  const chosen = policy.idleTimeoutSeconds
  const tried =
    typeof chosen === 'number' && chosen > 0 ? [{ at: chosen, label: formatDuration(chosen), tone: 'avoidable' as const }] : []
  return {
    x: curve.map((point) => point.timeoutSeconds),
    left: { label: 'Connections opened', values: curve.map((point) => point.connections) },
    right: { label: 'Idle connection time', values: curve.map((point) => point.idleConnectionSeconds) },
    marks: [...tried, ...recommended],
    knownUntil: captureSeconds,
    unknownLabel: 'longer than the capture',
    summary:
      `Connections opened over the idle time-out: from ${formatCount(first?.connections ?? null)} at ${formatDuration(first?.timeoutSeconds ?? null)} ` +
      `to ${formatCount(unlimited.connections)} without one.` +
      (recommendation === null ? '' : ` ${formatDuration(recommendation.settingSeconds)} is recommended.`),
  }
}
