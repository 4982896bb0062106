/** Hidden timers, expected races and the cost ledger for a terminal. */
import {
  ADDED_UNKNOWN,
  addedText,
  advertisedText,
  chainChecks,
  chainSentence,
  costText,
  encryptedCostText,
  formatCount,
  loadSentence,
  plain,
  portSentence,
  poolRaceSentence,
  raceSentence,
  riskierPools,
  slowStartText,
  tellingPorts,
  tellingTimers,
  timerOwner,
  timerText,
} from '../../../shared/format'
import type { AuditSummary } from '../../../shared/model/audit'
import type { Ledger, LedgerEntry } from '../../../shared/model/ledger'
import { longerTimeouts, refusals, replayNote } from '../longer-timeout'
import { hanging, left, right } from './layout'
import type { Style } from './style'

const TIMERS_SHOWN = 10
const LINES_SHOWN = 5

/** Lines on hidden timers; empty where none showed. */
export function timerLines({ timers = [], chains = [] }: AuditSummary, width: number): string[] {
  const lines = tellingTimers(timers, TIMERS_SHOWN).flatMap((timer) => {
    const advertised = advertisedText(timer)
    const notes = [
      advertised === null ? '' : `advertised: ${advertised}`,
      timer.confidence === 'high' ? '' : `${timer.confidence} confidence`,
    ]
    const said = [timerText(timer), ...notes.filter((note) => note !== '')].join('; ')
    return hanging('  · ', `${timerOwner(timer)} ${said}`, width)
  })
  return [
    ...lines,
    ...chainChecks(chains)
      .slice(0, LINES_SHOWN)
      .map(chainSentence)
      .flatMap((text) => hanging('  · ', text, width)),
  ]
}

/** Lines on races to be expected. */
export const predictionLines = ({ racePredictions = [], poolRacePredictions = [] }: AuditSummary, width: number): string[] =>
  [
    ...racePredictions.slice(0, LINES_SHOWN).map(raceSentence),
    ...riskierPools(poolRacePredictions, racePredictions).slice(0, LINES_SHOWN).map(poolRaceSentence),
  ].flatMap((text) => hanging('  · ', text, width))

/** Lines on what a longer idle time-out would do; empty where nothing was asked. */
export function longerTimeoutLines(summary: AuditSummary, width: number): string[] {
  const note = replayNote(summary)
  const said = longerTimeouts(summary).map(
    ({ origin, whose, setting, connections, idle, confidence }) =>
      `${plain(origin)}, ${whose}: ${setting[0]} now, set ${setting[1]}. Connections ${connections[0]} → ${connections[1]}, ` +
      `idle connection time ${idle[0]} → ${idle[1]}; ${confidence} confidence.`,
  )
  const refused = refusals(summary).map(({ origin, why }) => `${plain(origin)}: nothing is recommended. ${why}`)
  return [
    ...(note === null ? [] : hanging('  ', note, width)),
    ...[...said, ...refused].flatMap((text) => hanging('  · ', text, width)),
  ]
}

/** Lines on what connections cost, by part and origin. */
export function ledgerLines(ledger: Ledger, width: number, style: Style): string[] {
  // The estimate is what a narrow terminal does without.
  const columns = width >= 78 ? [14, 14, 18, 14] : [14, 14, 0, 14]
  const name = Math.max(16, width - 2 - columns.reduce((sum, column) => sum + column, 0))
  const line = (first: string, values: readonly string[]): string =>
    `  ${left(first, name)}${values.map((value, i) => (columns[i] === 0 ? '' : right(value, columns[i] ?? 14))).join('')}`
  const row = (title: string, { all, wasted }: LedgerEntry): string =>
    line(title, [
      costText(all.tcp),
      costText(all.tls),
      slowStartText(all.slowStartEstimate),
      costText({ roundTrips: wasted.tcp.roundTrips + wasted.tls.roundTrips, seconds: wasted.tcp.seconds + wasted.tls.seconds }),
    ])
  const unread = (title: string, { encrypted }: LedgerEntry): string[] =>
    encrypted === undefined ? [] : [line(title, [costText(encrypted.tcp), costText(encrypted.tls), '–', 'not judged'])]
  const judged = ledger.origins.filter((entry) => entry.connections > 0)
  const encrypted = ledger.origins.filter((entry) => entry.encrypted !== undefined)
  const more = (all: readonly unknown[]): string[] => {
    const hidden = Math.max(0, all.length - LINES_SHOWN) + (ledger.otherOrigins?.count ?? 0)
    return hidden > 0 && all.length > 0 ? [style.faint(`  … and ${formatCount(hidden)} more`)] : []
  }
  const { total } = ledger
  const added = addedText(total.added) ?? (total.encrypted === undefined ? null : ADDED_UNKNOWN)
  return [
    style.faint(line('Trips · time', ['TCP', 'TLS', 'Slow start (est.)', 'Wasted'])),
    ...(total.connections === 0 ? [] : [row('All', total)]),
    ...judged.slice(0, LINES_SHOWN).map((entry) => row(plain(entry.origin), entry)),
    ...more(judged),
    ...unread('Encrypted', total),
    ...encrypted.slice(0, LINES_SHOWN).flatMap((entry) => unread(plain(entry.origin), entry)),
    ...more(encrypted),
    ...(total.encrypted === undefined ? [] : hanging('  ', encryptedCostText(total.encrypted), width)),
    ...(added === null ? [] : hanging('  ', added, width)),
  ]
}

/** Lines on what open connections take of servers and ports. */
export const loadLines = (ledger: Ledger, width: number): string[] => [
  ...ledger.servers.slice(0, LINES_SHOWN).flatMap((load) => hanging('  · ', loadSentence(load), width)),
  ...tellingPorts(ledger)
    .slice(0, LINES_SHOWN)
    .flatMap((use) => hanging('  · ', portSentence(use), width)),
]
