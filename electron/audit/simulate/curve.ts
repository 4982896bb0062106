/** Outcomes over the idle time-out, and the time-out to recommend. */
import { plural } from '../../../shared/format'
import type { CurvePoint, Policy, Prediction, Recommendation } from '../../../shared/model/simulation'
import type { Demand } from './demand'
import type { Replay } from './replay'
import { settingsOf } from './settings'
import { Tally } from './tally'

/** Six points a decade, at values people write down. */
const MANTISSAS = [1, 1.5, 2, 3, 5, 7]
const FROM_DECADE = -1
const TO_SECONDS = 3600

/** What a time-out has to avoid of what none at all would. */
const ENOUGH = 0.95
/** How finely the recommended time-out is searched for. */
const PRECISION = 0.01

/** Usual time-outs, in seconds. */
const USUAL = [1, 2, 5, 10, 15, 20, 30, 45, 60, 75, 90, 120, 180, 240, 300, 600, 900, 1800, 3600]
const MARGIN = 1.1

export type Swept = Pick<Prediction, 'curve' | 'unlimited' | 'recommendation' | 'nothingToGain'>

/** Called between passes: throws to stop. */
export type Pause = () => Promise<void>

export async function sweep(demand: Demand, replay: Replay, policy: Policy, pause: Pause): Promise<Swept> {
  const at = async (idleTimeoutSeconds: Policy['idleTimeoutSeconds']): Promise<Omit<CurvePoint, 'timeoutSeconds'>> => {
    await pause()
    const tally = replay.run(settingsOf({ ...policy, idleTimeoutSeconds }, demand), new Tally(demand.to, false))
    return { connections: tally.connections, idleConnectionSeconds: tally.idle / 1e9 }
  }
  const captureSeconds = (demand.to - demand.from) / 1e9
  const captured = await at('as-captured')
  const unlimited = await at(null)
  const curve: CurvePoint[] = []
  for (const timeoutSeconds of timeouts()) {
    // No idle time is longer than the capture: from there on nothing changes.
    curve.push({ timeoutSeconds, ...(timeoutSeconds > captureSeconds ? unlimited : await at(timeoutSeconds)) })
  }
  const gain = captured.connections - unlimited.connections
  if (gain <= 0) return { curve, unlimited, recommendation: null, nothingToGain: nothingToGain(policy) }

  const enough = (connections: number): boolean => captured.connections - connections >= ENOUGH * gain
  const found = curve.findIndex((point) => enough(point.connections))
  // A capture of more than an hour can hold idle times beyond the longest time-out looked at.
  let high: CurvePoint = curve[found] ?? { timeoutSeconds: captureSeconds, ...unlimited }
  let low = (found < 0 ? curve.at(-1) : curve[found - 1])?.timeoutSeconds ?? 0
  while (high.timeoutSeconds - low > Math.max(PRECISION * high.timeoutSeconds, 0.01)) {
    const timeoutSeconds: number = (low + high.timeoutSeconds) / 2
    const point: CurvePoint = { timeoutSeconds, ...(await at(timeoutSeconds)) }
    if (enough(point.connections)) high = point
    else low = timeoutSeconds
  }
  return { curve, unlimited, recommendation: recommend(high, captured.connections, gain, captureSeconds), nothingToGain: null }
}

function* timeouts(): Generator<number> {
  for (let decade = FROM_DECADE; ; decade++) {
    for (const mantissa of MANTISSAS) {
      const seconds = Number((mantissa * 10 ** decade).toPrecision(2))
      yield Math.min(seconds, TO_SECONDS)
      if (seconds >= TO_SECONDS) return
    }
  }
}

const nothingToGain = ({ timeoutOf }: Policy): string =>
  timeoutOf === 'both'
    ? 'No idle time-out would have avoided a connection of these.'
    : `No other idle time-out of the ${timeoutOf} would have avoided a connection of these.`

/**
 * With fewer than 59 samples not even the longest of them is, at 95 % confidence, beyond the 95th percentile of all idle times
 * (0.95^59 < 5 %); with fewer than 14 it is more likely to be short of it.
 */
const MANY = 59
const SOME = 14

function recommend(point: CurvePoint, before: number, unlimitedAvoids: number, captureSeconds: number): Recommendation {
  const timeoutSeconds = Math.ceil(point.timeoutSeconds * 100) / 100
  const short = timeoutSeconds > captureSeconds / 2
  const grade = (unlimitedAvoids >= MANY ? 2 : unlimitedAvoids >= SOME ? 1 : 0) - (short ? 1 : 0)
  const sample = `It rests on ${plural(unlimitedAvoids, 'connection')} that could be avoided`
  const length = `the capture covers ${rounded(captureSeconds)} s and says nothing of longer idle times`
  return {
    timeoutSeconds,
    settingSeconds: USUAL.find((usual) => usual >= timeoutSeconds * MARGIN) ?? TO_SECONDS,
    connections: point.connections,
    avoids: before - point.connections,
    unlimitedAvoids,
    confidence: grade >= 2 ? 'high' : grade === 1 ? 'medium' : 'low',
    text: `${sample}; ${length}.${short ? ' Idle times as long as this had little room to be seen in it.' : ''}`,
  }
}

const rounded = (seconds: number): string => (seconds >= 10 ? Math.round(seconds).toLocaleString('en') : seconds.toPrecision(2))
