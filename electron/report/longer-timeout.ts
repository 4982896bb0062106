/** What a longer idle time-out would do, in the words and figures that all reports share. */
import { formatCount, formatDuration, givenText } from '../../shared/format'
import type { AuditSummary } from '../../shared/model/audit'
import type { OriginWhatIf } from '../../shared/model/simulation'

export const LONGER_TIMEOUT = 'What a longer idle time-out would do'

/** How far the figures can be trusted; null where none is given. */
export function replayNote({ whatIf = [] }: AuditSummary): string | null {
  const [first] = whatIf
  if (first === undefined) return null
  const told = whatIf.flatMap(({ calibration }) => calibration.asCaptured ?? [])
  const sum = (of: 'openings' | 'closes'): number => told.reduce((all, one) => all + one[of], 0)
  const text =
    told.length === 0
      ? null
      : givenText({
          observed: whatIf.reduce((all, { calibration }) => all + calibration.observed, 0),
          asCaptured: { openings: sum('openings'), closes: sum('closes') },
        })
  const given = text === null ? '' : ` ${text}`
  return (
    'An estimate: the requests of this capture, replayed. At the settings as captured, the replay opens as many connections as were opened, ' +
    `within 5%.${given} The capture covers ${formatDuration(first.captureSeconds)} and says nothing of longer idle times.`
  )
}

export interface LongerTimeout {
  readonly origin: string
  /** "time-out of the server" */
  readonly whose: string
  /** Settings, connections opened and idle connection time, each now and with the recommendation. */
  readonly setting: readonly [now: string, then: string]
  readonly connections: readonly [now: string, then: string]
  readonly idle: readonly [now: string, then: string]
  readonly confidence: string
}

export const longerTimeouts = ({ whatIf = [] }: AuditSummary): readonly LongerTimeout[] => whatIf.map(figures)

function figures({ origin, timeoutOf, settings, recommendation, asCaptured, recommended }: OriginWhatIf): LongerTimeout {
  const { clientIdleTimeoutSeconds: client, serverIdleTimeoutSeconds: server } = settings
  const both = timeoutOf === 'both'
  const now = both && client !== null && server !== null ? Math.min(client, server) : timeoutOf === 'client' ? client : server
  return {
    origin,
    whose: both ? 'time-outs of both sides' : `time-out of the ${timeoutOf}`,
    setting: [formatDuration(now), formatDuration(recommendation.settingSeconds)],
    connections: [formatCount(asCaptured.connections), formatCount(recommended.connections)],
    idle: [formatDuration(asCaptured.idleConnectionSeconds), formatDuration(recommended.idleConnectionSeconds)],
    confidence: recommendation.confidence,
  }
}

/** Origins for which no time-out is recommended, and why. */
export const refusals = ({ whatIfRefused = [] }: AuditSummary): readonly { readonly origin: string; readonly why: string }[] =>
  whatIfRefused
