/** `roundtrip what-if` as text and as JSON. */
import {
  causeInSentence,
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  givenText,
  plain,
  plural,
  REPLAY_ESTIMATE,
} from '../../shared/format'
import type { Outcome, Policy, Recommendation, WhatIf } from '../../shared/model/simulation'
import { hanging, left, right, wrap } from './text/layout'

const WIDTH = 80

export function* whatIfJson(answer: WhatIf): Generator<string> {
  yield `${JSON.stringify({ schema: 'roundtrip.what-if/1', ...answer }, null, 2)}\n`
}

export function* whatIfText(answer: WhatIf): Generator<string> {
  for (const line of lines(answer)) yield `${line}\n`
}

function* lines(answer: WhatIf): Generator<string> {
  const { calibration, prediction, policy } = answer
  yield `What if, for ${answer.origin === null ? 'every origin' : plain(answer.origin)}: ${plural(answer.requests, 'request')}`
  yield ''
  yield 'REPRODUCED'
  yield `  ${left('Connections opened in the capture', 36)}${right(formatCount(calibration.observed), 10)}`
  yield `  ${left('Opened when replayed as captured', 36)}${right(formatCount(calibration.simulated), 10)}`
  yield `  ${left('Error', 36)}${right(formatPercent(calibration.error), 10)}`
  const given = givenText(calibration)
  if (given !== null) yield* hanging('  ', given, WIDTH)
  if (prediction === null) {
    yield ''
    yield* wrap(answer.refusal ?? '', WIDTH)
    return
  }
  yield ''
  yield 'OUTCOME, ESTIMATED'
  yield `  ${left('', 36)}${right('as captured', 16)}${right(policyName(policy), 24)}`
  for (const [label, of] of ROWS)
    yield `  ${left(label, 36)}${right(of(prediction.asCaptured), 16)}${right(of(prediction.outcome), 24)}`
  yield ''
  yield 'IDLE TIME-OUT, ESTIMATED'
  yield `  ${left('Time-out', 12)}${right('Connections', 14)}${right('Idle connection time', 24)}`
  for (const { timeoutSeconds, connections, idleConnectionSeconds } of prediction.curve) {
    if (timeoutSeconds > answer.captureSeconds) break
    yield `  ${left(formatDuration(timeoutSeconds), 12)}${right(formatCount(connections), 14)}${right(formatDuration(idleConnectionSeconds), 24)}`
  }
  const { connections, idleConnectionSeconds } = prediction.unlimited
  yield `  ${left('none', 12)}${right(formatCount(connections), 14)}${right(formatDuration(idleConnectionSeconds), 24)}`
  yield ''
  yield* wrap(
    prediction.recommendation === null ? (prediction.nothingToGain ?? '') : recommendationText(prediction.recommendation),
    WIDTH,
  )
  if (answer.untouched.length > 0) {
    const parts = answer.untouched.map(({ cause, connections: n }) => `${formatCount(n)} (${causeInSentence(cause)})`)
    yield ''
    yield* wrap(`Avoidable, but by no setting here: ${parts.join(', ')}.`, WIDTH)
  }
  yield ''
  yield* wrap(REPLAY_ESTIMATE, WIDTH)
  for (const note of answer.notes) yield* wrap(note, WIDTH)
}

/** The recommended time-out in a sentence or two. */
export function recommendationText(r: Recommendation): string {
  return (
    `Recommended: ${formatDuration(r.settingSeconds)}. ${formatDuration(r.timeoutSeconds)}, the least that does, would avoid ${formatCount(r.avoids)} ` +
    `of the ${plural(r.unlimitedAvoids, 'connection')} that an unlimited one would. Confidence: ${r.confidence}. ${r.text}`
  )
}

const ROWS: readonly (readonly [label: string, of: (outcome: Outcome) => string])[] = [
  ['Connections opened', (o) => formatCount(o.connections)],
  ['Setup round trips', (o) => formatCount(o.setupRoundTrips)],
  ['Setup time', (o) => formatDuration(o.setupSeconds)],
  ['Open at once, at most', (o) => formatCount(o.peakOpen)],
  ['Open at once, on average', (o) => formatNumber(o.meanOpen)],
  ['Idle connection time', (o) => formatDuration(o.idleConnectionSeconds)],
  ['Requests that had to wait', (o) => formatCount(o.waits)],
]

function policyName(policy: Policy): string {
  const { idleTimeoutSeconds: t, timeoutOf, requestLimit: n, poolSize, protocol, tlsResumption } = policy
  const parts = [
    t === 'as-captured' ? '' : t === null ? 'no time-out' : `${formatDuration(t)} ${timeoutOf}`,
    n === 'as-captured' ? '' : n === null ? 'no limit' : plural(n, 'request'),
    poolSize === null ? '' : `pool of ${formatCount(poolSize)}`,
    protocol === 'as-captured' ? '' : protocol === 'h2' ? 'HTTP/2' : 'HTTP/1.1',
    tlsResumption === 'as-captured' ? '' : `resumption ${tlsResumption}`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'the same' : parts.length === 1 ? parts[0]! : 'with these settings'
}
