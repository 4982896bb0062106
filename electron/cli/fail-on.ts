/** `--fail-on`: conditions on an audit's totals, for pipelines that are to stop when connections are wasted. */
import { CAUSES, type AuditSummary } from '../../shared/model/audit'
import { Problem } from './problem'

export interface Condition {
  /** As given. */
  readonly text: string
  readonly metric: string
  readonly operator: Operator
  readonly limit: number
}

type Operator = '<' | '<=' | '>' | '>=' | '=' | '!='

const COMPARE: Readonly<Record<Operator, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '=': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
}

type Metric = (summary: AuditSummary) => number | null

/** A number that counts verdicts: where no connection got one, as with encrypted connections without keys, it says nothing. */
const judged =
  (metric: Metric): Metric =>
  (summary) =>
    summary.totals.needed + summary.totals.avoidable === 0 ? null : metric(summary)

/** Some are seen where nothing is judged, as in handshakes; that there are none is only known where connections were judged. */
const seenOrJudged =
  (metric: (summary: AuditSummary) => number): Metric =>
  (summary) => {
    const seen = metric(summary)
    return seen > 0 ? seen : judged(metric)(summary)
  }

/** What can be compared; null where the capture does not tell. */
const METRICS: Readonly<Record<string, Metric>> = {
  avoidable: judged(({ totals }) => totals.avoidable),
  needed: judged(({ totals }) => totals.needed),
  connections: ({ totals }) => totals.connections,
  exchanges: ({ totals }) => totals.exchanges,
  reuse: ({ totals }) => totals.reuseRatio,
  'avoidable-share': ({ totals }) =>
    totals.needed + totals.avoidable > 0 ? totals.avoidable / (totals.needed + totals.avoidable) : null,
  'requests-per-connection': ({ totals }) =>
    totals.connectionsWithExchanges > 0 ? totals.exchanges / totals.connectionsWithExchanges : null,
  'wasted-round-trips': judged(({ totals }) => totals.wastedRoundTrips),
  'wasted-seconds': judged(({ totals }) => totals.wastedSeconds),
  races: seenOrJudged(({ races }) => races.filter((race) => race.kind === 'seen').length),
  findings: seenOrJudged(
    ({ findings }) => findings.filter(({ severity }) => severity === 'error' || severity === 'warning').length,
  ),
  ...Object.fromEntries(CAUSES.map((cause) => [cause, judged(({ causes }) => causes[cause] ?? 0)])),
}

export const METRIC_NAMES: readonly string[] = Object.keys(METRICS)

/**
 * "avoidable>0", "reuse<0.8", "reuse<80%", "wasted-seconds>=1".
 * @throws Problem
 */
export function parseCondition(text: string): Condition {
  const match = /^\s*([a-z0-9-]+)\s*(<=|>=|!=|==?|<|>)\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*$/.exec(text)
  if (match === null) {
    throw new Problem(
      `--fail-on “${text}” is no condition: write it like "avoidable>0" or "reuse<0.8", in quotes, for a shell reads > as its own.`,
    )
  }
  const [, metric = '', operator = '', number = '', percent] = match
  if (!Object.hasOwn(METRICS, metric))
    throw new Problem(`--fail-on knows no “${metric}”: it is one of ${METRIC_NAMES.join(', ')}.`)
  // The decimal point is moved in the text: 74.4 / 100 is not the number 0.744.
  const limit = Number(percent === '%' ? `${number}e-2` : number)
  return { text, metric, operator: (operator === '==' ? '=' : operator) as Operator, limit }
}

export interface Outcome {
  readonly condition: Condition
  readonly value: number | null
  readonly met: boolean
}

/** A condition on what is not known is not met, and does not pass either: the value is null. */
export function check(condition: Condition, summary: AuditSummary): Outcome {
  const value = METRICS[condition.metric]?.(summary) ?? null
  return { condition, value, met: value !== null && COMPARE[condition.operator](value, condition.limit) }
}

/** Decimal places that nobody needs more of than these, unless the condition turns on them. */
const PLACES = 3

/** The value for a person: as few decimals as still stand on the same side of the limit. */
export function valueText({ condition, value, met }: Outcome): string {
  if (value === null) return 'unknown'
  for (let places = PLACES; places < 15; places++) {
    const rounded = Number(value.toFixed(places))
    if (COMPARE[condition.operator](rounded, condition.limit) === met) return String(rounded)
  }
  return String(value)
}
