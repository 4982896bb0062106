/** Hidden timers, expected races and the cost ledger in Markdown. */
import {
  ADDED_UNKNOWN,
  addedText,
  advertisedText,
  chainChecks,
  chainSentence,
  costText,
  encryptedCostText,
  formatCount,
  holdsCosts,
  loadSentence,
  portSentence,
  poolRaceSentence,
  raceSentence,
  riskierPools,
  slowStartText,
  tellingPorts,
  tellingTimers,
  timerLabel,
  timerOwner,
  timerText,
} from '../../shared/format'
import type { AuditSummary } from '../../shared/model/audit'
import type { LedgerEntry } from '../../shared/model/ledger'
import { LONGER_TIMEOUT, longerTimeouts, refusals, replayNote } from './longer-timeout'
import { bullets, markdownCode, markdownText, table } from './markdown-markup'

const TIMERS_SHOWN = 20
const LINES_SHOWN = 10

export function timersMarkdown({
  timers = [],
  racePredictions = [],
  poolRacePredictions = [],
  chains = [],
}: AuditSummary): string {
  const shown = tellingTimers(timers, TIMERS_SHOWN)
  if (shown.length === 0) return ''
  const rows = shown.map((timer) => [
    markdownText(timerOwner(timer)),
    timerLabel(timer.kind),
    markdownText(timerText(timer)),
    markdownText(advertisedText(timer) ?? '–'),
    timer.confidence,
  ])
  const races = [
    ...racePredictions.slice(0, LINES_SHOWN).map(raceSentence),
    ...riskierPools(poolRacePredictions, racePredictions).slice(0, LINES_SHOWN).map(poolRaceSentence),
  ].map(markdownText)
  const order = chainChecks(chains).slice(0, LINES_SHOWN).map(chainSentence).map(markdownText)
  return (
    `\n## Timers that the traffic gives away\n${table(['Whose', 'Timer', 'What was seen', 'Advertised', 'Confidence'], ['---', '---', '---', '---', '---'], rows)}` +
    (races.length > 0 ? `\n### Expected races\n${bullets(races)}` : '') +
    (order.length > 0 ? `\n### Time-outs along the way\n${bullets(order)}` : '')
  )
}

/** What a longer idle time-out would do; empty where nothing was asked. */
export function longerTimeoutMarkdown(summary: AuditSummary): string {
  const note = replayNote(summary)
  const rows = longerTimeouts(summary).map(({ origin, whose, setting, connections, idle, confidence }) => [
    markdownCode(origin),
    whose,
    ...setting,
    ...connections,
    ...idle,
    confidence,
  ])
  const refused = refusals(summary).map(
    ({ origin, why }) => `${markdownCode(origin)}: nothing is recommended. ${markdownText(why)}`,
  )
  if (rows.length + refused.length === 0) return ''
  const head = ['Origin', 'Setting', 'Now', 'Set', 'Connections now', 'then', 'Idle time now', 'then', 'Confidence']
  const rules = ['---', '---', '---:', '---:', '---:', '---:', '---:', '---:', '---']
  return (
    `\n## ${LONGER_TIMEOUT}\n` +
    (note === null ? '' : `\n${markdownText(note)}\n`) +
    (rows.length === 0 ? '' : table(head, rules, rows)) +
    (refused.length === 0 ? '' : bullets(refused))
  )
}

const cells = (name: string, { all, wasted }: LedgerEntry): readonly string[] => [
  name,
  costText(all.tcp),
  costText(all.tls),
  slowStartText(all.slowStartEstimate),
  costText({ roundTrips: wasted.tcp.roundTrips + wasted.tls.roundTrips, seconds: wasted.tcp.seconds + wasted.tls.seconds }),
]

const unreadCells = (name: string, { encrypted }: LedgerEntry): readonly (readonly string[])[] =>
  encrypted === undefined ? [] : [[name, costText(encrypted.tcp), costText(encrypted.tls), '–', '–']]

export function ledgerMarkdown({ ledger }: AuditSummary): string {
  if (ledger === undefined || !holdsCosts(ledger)) return ''
  const { total } = ledger
  const shown = ledger.origins.filter((entry) => entry.connections > 0).slice(0, LINES_SHOWN)
  const rows = [
    ...(total.connections === 0 ? [] : [cells('All', total)]),
    ...shown.map((entry) => cells(markdownCode(entry.origin), entry)),
    ...unreadCells('Encrypted, not judged', total),
    ...ledger.origins
      .filter((entry) => entry.encrypted !== undefined)
      .slice(0, LINES_SHOWN)
      .flatMap((entry) => unreadCells(`${markdownCode(entry.origin)}, encrypted`, entry)),
  ]
  const added = addedText(total.added) ?? (total.encrypted === undefined ? null : ADDED_UNKNOWN)
  const load = ledger.servers.slice(0, LINES_SHOWN).map((server) => markdownText(loadSentence(server)))
  const ports = tellingPorts(ledger)
    .slice(0, LINES_SHOWN)
    .map((use) => markdownText(portSentence(use)))
  const hidden = ledger.origins.filter((entry) => entry.connections > 0).length + (ledger.otherOrigins?.count ?? 0) - shown.length
  return (
    `\n## What connections cost\n\nRound trips and time of the judged connections; slow start is an estimate and part of no other number.\n` +
    table(
      ['Origin', 'TCP', 'TLS', 'Slow start (estimate)', 'Wasted on TCP and TLS'],
      ['---', '---:', '---:', '---:', '---:'],
      rows,
    ) +
    (hidden > 0 ? `\n… and ${formatCount(hidden)} more.\n` : '') +
    (total.encrypted === undefined ? '' : `\n${markdownText(encryptedCostText(total.encrypted))}\n`) +
    (added === null ? '' : `\n${markdownText(added)}\n`) +
    (load.length + ports.length > 0 ? `\n### What open connections cost\n${bullets([...load, ...ports])}` : '')
  )
}
